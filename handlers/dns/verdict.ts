import type { ServerVerdict } from '../facts/gate';
import { describeVerdict } from '../words/gate';

/** Completes the verdict on a server: adds its reason in words. */
export const serverVerdict = (verdict: Omit<ServerVerdict, 'reason'>): ServerVerdict => ({
  ...verdict,
  reason: describeVerdict(verdict),
});
