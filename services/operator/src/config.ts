import { commonConfig } from '@driftloop/service';
import Type, { type Static } from 'typebox';

export const configSchema = Type.Object({
  ...commonConfig,
  OPERATOR_NAMESPACE: Type.String({
    minLength: 1,
    description: 'Namespace whose Model and ModelSpec resources are carried out.',
  }),
  OPERATOR_REFRESH_MS: Type.Integer({
    default: 30_000,
    minimum: 100,
    maximum: 3_600_000,
    description: 'How often drift is asked for, and what failed for now is tried again, ms.',
  }),
  OPERATOR_REGISTER_TIMEOUT_MS: Type.Integer({
    default: 900_000,
    minimum: 1_000,
    maximum: 86_400_000,
    description: 'Longest time that fetching, trying and registering one version may take, ms.',
  }),
  OPERATOR_SOURCE_LIMIT_MB: Type.Integer({
    default: 2_048,
    minimum: 1,
    description: 'Largest model or reference file that is fetched, MiB.',
  }),
  OPERATOR_OCI_REGISTRIES: Type.Array(Type.String(), {
    default: [],
    description:
      'OCI registries that user and password are for, as they stand behind oci://, separated by commas: registry.example.com. No other registry is told them.',
  }),
  OPERATOR_OCI_USERNAME: Type.Optional(
    Type.String({ minLength: 1, description: 'User of OPERATOR_OCI_REGISTRIES.' }),
  ),
  OPERATOR_OCI_PASSWORD: Type.Optional(
    Type.String({ minLength: 1, description: 'Its password.', file: true, secret: true }),
  ),
});

/** Settings of the operator, by the names of their environment variables. */
export type Config = Readonly<Static<typeof configSchema>>;
