/**
 * The insides of kafkajs 2.2.4 that bus stands on: connections with TLS and SASL, metadata,
 * coordinators, and the small requests. Only what is used is declared. The version is pinned and
 * the project is dormant, so these do not move; docs/decisions tells why they are used at all.
 */
declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaConfig } from 'kafkajs';
  import type { InternalLogger } from 'kafkajs/src/loggers/index.js';

  interface EncodedRequest {
    readonly buf: Buffer;
    readonly buffer: Buffer;
  }

  export interface Connection {
    send<T>(call: {
      request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<EncodedRequest> };
      response: {
        decode(payload: Buffer): Promise<T & { clientSideThrottleTime: number }>;
        parse(data: T): Promise<T>;
      };
      requestTimeout: number;
    }): Promise<T>;
    connect: () => Promise<never>;
    connectionStatus: 'connected' | 'disconnecting' | 'disconnected';
    rejectRequests(error: Error): void;
    readonly requestQueue: { destroy(): void };
    readonly socket?: { destroy(): void };
  }

  interface ConnectionPool {
    getConnection(index: number): Promise<Connection>;
    readonly pool: readonly Connection[];
  }

  interface TopicOffsets<T> {
    readonly topic: string;
    readonly partitions: readonly T[];
  }

  export interface Broker {
    readonly nodeId: number;
    readonly connectionPool: ConnectionPool;
    /** What the broker speaks; null until it is connected. */
    readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
    disconnect(): Promise<void>;
    joinGroup(request: {
      groupId: string;
      sessionTimeout: number;
      rebalanceTimeout: number;
      memberId: string;
      groupProtocols: readonly { name: string; metadata: Buffer }[];
    }): Promise<{
      generationId: number;
      leaderId: string;
      memberId: string;
      members: readonly { memberId: string; memberMetadata: Buffer }[];
    }>;
    syncGroup(request: {
      groupId: string;
      generationId: number;
      memberId: string;
      groupAssignment: readonly { memberId: string; memberAssignment: Buffer }[];
    }): Promise<{ memberAssignment: Buffer }>;
    heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
    leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
    offsetCommit(request: {
      groupId: string;
      groupGenerationId: number;
      memberId: string;
      topics: readonly TopicOffsets<{ partition: number; offset: string; metadata: string | null }>[];
    }): Promise<unknown>;
    offsetFetch(request: {
      groupId: string;
      topics: readonly TopicOffsets<{ partition: number }>[];
    }): Promise<{
      responses: readonly TopicOffsets<{ partition: number; offset: string; metadata: string | null }>[];
    }>;
    listOffsets(request: {
      isolationLevel: number;
      topics: readonly TopicOffsets<{ partition: number; timestamp: number }>[];
    }): Promise<{ responses: readonly TopicOffsets<{ partition: number; offset: string }>[] }>;
    initProducerId(request: {
      transactionTimeout: number;
    }): Promise<{ producerId: string; producerEpoch: number }>;
    describeConfigs(request: {
      resources: readonly { type: number; name: string; configNames: readonly string[] }[];
    }): Promise<{
      resources: readonly { configEntries: readonly { configName: string; configValue: string | null }[] }[];
    }>;
    createTopics(request: {
      topics: readonly {
        topic: string;
        numPartitions: number;
        replicationFactor: number;
        configEntries: readonly { name: string; value: string }[];
      }[];
      timeout: number;
    }): Promise<unknown>;
  }

  export default class Cluster {
    constructor(options: {
      brokers: readonly string[];
      clientId: string;
      logger: InternalLogger;
      socketFactory: unknown;
      ssl: KafkaConfig['ssl'];
      sasl: KafkaConfig['sasl'];
      connectionTimeout: number;
      requestTimeout: number;
      metadataMaxAge: number;
      allowAutoTopicCreation: boolean;
      retry: { retries: number; initialRetryTime: number; maxRetryTime: number };
    });
    readonly brokerPool: {
      readonly brokers: Readonly<Record<string, Broker>>;
      readonly seedBroker?: Broker;
      readonly connectionPoolBuilder: { build: () => Promise<never> };
    };
    /** What metadata is asked for. */
    targetTopics: Set<string>;
    connect(): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly { partitionId: number; leader: number }[];
    findBroker(node: { nodeId: number }): Promise<Broker>;
    findControllerBroker(): Promise<Broker>;
    findGroupCoordinator(group: { groupId: string }): Promise<Broker>;
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { logCreator, logLevel } from 'kafkajs';

  export interface InternalLogger {
    namespace(name: string): InternalLogger;
  }
  export function createLogger(options: { level: logLevel; logCreator: logCreator }): InternalLogger;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  export default function createSocketFactory(): unknown;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    readonly pending: readonly unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/broker/saslAuthenticator/plain.js' {
  import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';

  export default function create(sasl: {
    username: string;
    password: string;
  }): (args: AuthenticationProviderArgs) => Authenticator;
}

declare module 'kafkajs/src/broker/saslAuthenticator/scram256.js' {
  export { default } from 'kafkajs/src/broker/saslAuthenticator/plain.js';
}

declare module 'kafkajs/src/broker/saslAuthenticator/scram512.js' {
  export { default } from 'kafkajs/src/broker/saslAuthenticator/plain.js';
}

declare module 'kafkajs/src/broker/saslAuthenticator/oauthBearer.js' {
  import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';

  export default function create(sasl: {
    oauthBearerProvider: () => Promise<{ value: string }>;
  }): (args: AuthenticationProviderArgs) => Authenticator;
}
