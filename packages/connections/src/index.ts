export {
  type ConnectedDependencies,
  type Connections,
  type ConnectOptions,
  type Need,
  openConnections,
  type TopicConnections,
} from './connections.ts';
export type { ConnectionConfig, TopicConfig } from './open-parts.ts';
export { prepareConnections } from './prepare.ts';
