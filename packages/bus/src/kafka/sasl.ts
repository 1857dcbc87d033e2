import type { KafkaSecurity } from '@driftloop/service';
import type { AuthenticationProviderArgs, Authenticator, KafkaConfig } from 'kafkajs';
import oauthBearer from 'kafkajs/src/broker/saslAuthenticator/oauthBearer.js';
import plain from 'kafkajs/src/broker/saslAuthenticator/plain.js';
import scram256 from 'kafkajs/src/broker/saslAuthenticator/scram256.js';
import scram512 from 'kafkajs/src/broker/saslAuthenticator/scram512.js';
import { createTokenSource } from './oauth-token.ts';

/** What kafkajs is given for these settings. */
export function kafkaJsSecurity({ tls, sasl }: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const ssl = tls ?? false;
  if (sasl === undefined) return { ssl };
  const create = (): ((args: AuthenticationProviderArgs) => Authenticator) => {
    switch (sasl.mechanism) {
      case 'PLAIN':
        return plain(sasl);
      case 'SCRAM-SHA-256':
        return scram256(sasl);
      case 'SCRAM-SHA-512':
        return scram512(sasl);
      case 'OAUTHBEARER':
        return oauthBearer({ oauthBearerProvider: createTokenSource(sasl.token) });
    }
  };
  return { ssl, sasl: { mechanism: sasl.mechanism, authenticationProvider: asItCame(create()) } };
}

/**
 * kafkajs says of everything that goes wrong while it authenticates that authentication failed,
 * also of a broker that ends just then. What the broker answered, or that it did not, is thrown as
 * it came: only the former is nobody's but the user's to mend.
 */
function asItCame(
  create: (args: AuthenticationProviderArgs) => Authenticator,
): (args: AuthenticationProviderArgs) => Authenticator {
  return (args) => {
    let answer: unknown;
    const provider = create({
      ...args,
      async saslAuthenticate(request) {
        try {
          return await args.saslAuthenticate(request);
        } catch (error) {
          answer = error;
          throw error;
        }
      },
    });
    return {
      async authenticate() {
        try {
          await provider.authenticate();
        } catch (error) {
          throw answer ?? error;
        }
      },
    };
  };
}
