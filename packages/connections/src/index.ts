export {
  type ConnectedDependencies,
  type Connections,
  openConnections,
  type TopicConnections,
} from './connections.ts';
export { type ConnectionConfig, openWarehouse } from './open-parts.ts';
export { prepareConnections } from './prepare.ts';
export { reachPart } from './reach-part.ts';
