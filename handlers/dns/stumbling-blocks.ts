/** What opendkim reads of a record. */
const READ_OCTETS = 1024;

/**
 * What the RFC allows and some verifier in use fails on. One of these is a warning; two are refused, since each stops
 * another verifier. Found by holding opendkim, Mail::DKIM and dkimpy against each other: see docs/dns-verdicts.md.
 */
export const stumblingBlocks = (tags: ReadonlyMap<string, string>, value: string): readonly string[] => {
  const blocks: string[] = [];
  const [hashes = '', services = '', granularity] = [tags.get('h'), tags.get('s'), tags.get('g')];
  if (services.includes(':')) blocks.push('its s= lists several services, which some do not read as a list');
  if (/\s/.test(services) || /\s/.test(hashes))
    blocks.push('its s= or h= has white space in it, which some do not allow');
  if (granularity !== undefined && granularity !== '*') {
    blocks.push('its g=, which RFC 6376 abolished, still restricts senders for some');
  }
  if (value.length >= READ_OCTETS)
    blocks.push(`it is longer than ${READ_OCTETS} octets, beyond which some do not read`);
  return blocks;
};
