import type { SecuritySettings } from '@driftloop/service';

/** Variables of TLS and credentials, also those that name a file. */
export type SecurityVariables = Readonly<
  Partial<Record<keyof SecuritySettings | `${keyof SecuritySettings & string}_FILE`, string>>
>;
