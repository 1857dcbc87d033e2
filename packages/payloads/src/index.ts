export { callRequests } from './call-requests.ts';
