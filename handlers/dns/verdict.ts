import { describeVerdict, type ServerVerdict } from '../words/gate';

/** Adds the reason in words to the verdict on a server. */
export const serverVerdict = (verdict: Omit<ServerVerdict, 'reason'>): ServerVerdict => ({
  ...verdict,
  reason: describeVerdict(verdict),
});
