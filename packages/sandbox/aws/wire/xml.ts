/** Text as XML character data. */
const escapeXml = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');

/**
 * An object as XML elements, in the order of its members. A list becomes `<name><item>…</item></name>` when `item`
 * is given, else the element is repeated. A Map becomes `<entry><key>…</key><value>…</value></entry>`s. What is
 * undefined is left out.
 */
export function toXml(value: unknown, name: string, item?: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    if (!item) return value.map((member) => toXml(member, name)).join('');
    return `<${name}>${value.map((member) => toXml(member, item, item)).join('')}</${name}>`;
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, member]) => toXml({ key, value: member }, 'entry'));
    return `<${name}>${entries.join('')}</${name}>`;
  }
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([key, member]) => toXml(member, key, item));
    return `<${name}>${members.join('')}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
