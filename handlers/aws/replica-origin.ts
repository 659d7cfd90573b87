/**
 * Deterministic Easy DKIM: the signing attributes of the identity in another region. The Put's model takes them as an
 * origin, and DkimSigningAttributes says that for the Put the origin is the place to say so.
 */
export const REPLICA_ORIGIN_PATTERN = /^AWS_SES(_[A-Z]{2,15}){2,4}_\d{1,2}$/;
