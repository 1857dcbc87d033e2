export { availableDevices, type DeviceReport } from './available-devices.ts';
export { createOrtEngine, type OrtEngineOptions } from './ort-engine.ts';
