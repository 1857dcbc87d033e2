export { type Call, callRequests } from './call-requests.ts';
