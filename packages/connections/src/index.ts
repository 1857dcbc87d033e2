export { type ConnectionConfig, type Connections, openConnections } from './connections.ts';
