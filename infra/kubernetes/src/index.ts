export { buildApiServer } from './api-server-build.ts';
export { downloadGoModule } from './go-module.ts';
export { startKubernetes } from './start.ts';
export { kubernetesTools } from './tools.ts';
