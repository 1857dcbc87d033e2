export { availableDevices } from './available-devices.ts';
export { createOrtEngine } from './ort-engine.ts';
