export { availableBackends } from './available-backends.ts';
export { loadBackend } from './backend.ts';
export { OPERATORS } from './operators/index.ts';
export { createTfjsEngine } from './tfjs-engine.ts';
