export { availableBackends, type BackendReport } from './available-backends.ts';
export { type Backend, loadBackend } from './backend.ts';
export { OPERATORS } from './operators/index.ts';
export { createTfjsEngine, type TfjsEngineOptions } from './tfjs-engine.ts';
