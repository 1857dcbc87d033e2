export {
  type ConnectedDependencies,
  type ConnectionConfig,
  type Connections,
  type ConnectOptions,
  openConnections,
  openTopicConnections,
  type TopicConnections,
} from './connections.ts';
export { prepareConnections } from './prepare.ts';
