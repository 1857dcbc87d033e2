import { join } from 'node:path';
import { oauthAudience, PART_NAME, type SecureFolder, textOf, USER } from './secure-folder.ts';

/** Index of the port for clients with a certificate. */
export const MUTUAL_PORT = 2;
/** Index of the port for ClickHouse's engine. */
export const ENGINE_PORT = 3;
/** Ports of a broker with these properties. */
export const PORT_COUNT = 4;

const CLIENTS = 'CLIENTS';
const MUTUAL = 'MUTUAL';
const ENGINE = 'ENGINE';
const CONTROLLER = 'CONTROLLER';
const LOGIN = 'org.apache.kafka.common.security';

/**
 * A broker's properties by which it takes clients over TLS with a password (SASL_SSL, first port)
 * or a certificate (mTLS, third port), ClickHouse's engine with a password on this machine
 * (fourth), speaks with itself by certificate, and lets nobody do what no ACL allows, but for the
 * user `driftloop` and itself.
 */
export function kafkaProperties(
  folder: SecureFolder,
  [port, controllerPort, mutualPort, enginePort]: readonly number[],
): Record<string, string> {
  const clients = `listener.name.${CLIENTS.toLowerCase()}`;
  const engine = `listener.name.${ENGINE.toLowerCase()}`;
  const users = folder.kafkaUsers.map(
    (name) => `user_${name}="${textOf(folder.passwordFile('kafka', name))}"`,
  );
  const audience = oauthAudience(folder);
  return {
    listeners: `${CLIENTS}://127.0.0.1:${port},${MUTUAL}://127.0.0.1:${mutualPort},${ENGINE}://127.0.0.1:${enginePort},${CONTROLLER}://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${CLIENTS}://127.0.0.1:${port},${MUTUAL}://127.0.0.1:${mutualPort},${ENGINE}://127.0.0.1:${enginePort}`,
    'listener.security.protocol.map': `${CLIENTS}:SASL_SSL,${MUTUAL}:SSL,${ENGINE}:SASL_PLAINTEXT,${CONTROLLER}:SSL`,
    'inter.broker.listener.name': MUTUAL,
    'sasl.enabled.mechanisms': `PLAIN,SCRAM-SHA-256,SCRAM-SHA-512${audience ? ',OAUTHBEARER' : ''}`,
    [`${clients}.plain.sasl.jaas.config`]: `${LOGIN}.plain.PlainLoginModule required ${users.join(' ')};`,
    [`${engine}.sasl.enabled.mechanisms`]: 'PLAIN',
    [`${engine}.plain.sasl.jaas.config`]: `${LOGIN}.plain.PlainLoginModule required ${users.join(' ')};`,
    [`${clients}.scram-sha-256.sasl.jaas.config`]: `${LOGIN}.scram.ScramLoginModule required;`,
    [`${clients}.scram-sha-512.sasl.jaas.config`]: `${LOGIN}.scram.ScramLoginModule required;`,
    ...(audience === undefined
      ? {}
      : {
          [`${clients}.oauthbearer.sasl.jaas.config`]: `${LOGIN}.oauthbearer.OAuthBearerLoginModule required;`,
          [`${clients}.oauthbearer.sasl.server.callback.handler.class`]: `${LOGIN}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
          'sasl.oauthbearer.jwks.endpoint.url': jwksUrl(folder),
          'sasl.oauthbearer.expected.audience': audience,
        }),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': folder.partBundle,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': folder.ca,
    [`listener.name.${MUTUAL.toLowerCase()}.ssl.client.auth`]: 'required',
    [`listener.name.${CONTROLLER.toLowerCase()}.ssl.client.auth`]: 'required',
    // Who shows a certificate is called by its common name.
    'ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${USER};User:${PART_NAME}`,
  };
}

/** Options of the JVM: which URLs keys for tokens may come from. */
export function kafkaJvmOptions(folder: SecureFolder | undefined): string[] {
  if (folder === undefined || oauthAudience(folder) === undefined) return [];
  return [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${jwksUrl(folder)}`];
}

/** Arguments of Kafka's format tool that make its users known for SCRAM. */
export function scramArguments(folder: SecureFolder): string[] {
  return folder.kafkaUsers.flatMap((name) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${textOf(folder.passwordFile('kafka', name))}]`,
    ]),
  );
}

function jwksUrl({ path }: SecureFolder): string {
  return `file://${join(path, 'jwks.json')}`;
}
