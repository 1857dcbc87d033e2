/** What is wrong with settings, a sentence without a full stop each. */
export type Problems = string[];

/** PEM texts for TLS, as Node's `tls.connect` takes them; empty to trust what Node trusts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

/** Where tokens for OAUTHBEARER come from. */
export type TokenSource =
  | { readonly file: string }
  | {
      readonly url: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
    };

/** How a client proves to Kafka who it is. */
export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: TokenSource };

/** How Kafka is spoken to; without `tls` in the clear, without `sasl` without a password. */
export interface KafkaSecurity {
  readonly tls?: TlsMaterial;
  readonly sasl?: KafkaSasl;
}

/** The same of the ClickHouse server, and where it is not at the same addresses. */
export interface IngestSecurity {
  readonly brokers?: readonly string[];
  readonly kafka: KafkaSecurity;
}

/** How a part with an HTTP interface is spoken to. */
export interface HttpSecurity {
  readonly tls?: TlsMaterial;
  readonly username?: string;
  readonly password?: string;
  /** Bearer. */
  readonly token?: string;
}
