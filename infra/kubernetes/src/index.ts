export { buildApiServer } from './api-server-build.ts';
export { downloadGoModule } from './go-module.ts';
export { type RunningKubernetes, startKubernetes } from './start.ts';
export { type KubernetesTools, kubernetesTools } from './tools.ts';
