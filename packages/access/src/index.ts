export { auditEntry, jsonText, writeAudit } from './audit.ts';
export { isValidAt } from './fold-tokens.ts';
export { type FollowedTokens, followTokens, readTokens } from './follow-tokens.ts';
export { endToken, issueToken } from './issue.ts';
export { covers, mayTouch, ROLES } from './roles.ts';
export { sha256Of } from './secrets.ts';
export { type TokenView, tokenView } from './token-view.ts';
