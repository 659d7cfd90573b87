import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { malformed } from './errors';
import type { Shape } from './model';
import { readScalar, writeScalar } from './scalars';

const parser = new XMLParser({
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  trimValues: false,
  htmlEntities: true,
});

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Parses a body, and returns the root element's contents. @throws AwsError if the body is not XML */
export function parseXml(body: Buffer): { readonly root: string; readonly content: any } {
  const text = body.toString('utf8');
  if (XMLValidator.validate(text) !== true) throw malformed('The XML is not well-formed');
  const { '?xml': _, ...elements } = parser.parse(text);
  const [root, content] = Object.entries(elements)[0] ?? [];
  if (root === undefined) throw malformed('The XML has no root element');
  return { root, content };
}

/** Reads an element of the parsed body in the shapes of the SDK. */
export function readXml(shape: Shape, node: any): any {
  if (node === undefined) return undefined;
  switch (shape.type) {
    case 'structure':
      return readMembers(shape, node);
    case 'list': {
      const items = itemsOf(shape, node);
      return items === undefined ? [] : [items].flat().map((item) => readXml(shape.item, item));
    }
    case 'map': {
      const entries = shape.flattened ? node : node.entry;
      return Object.fromEntries(
        [entries ?? []]
          .flat()
          .map((entry: any) => [
            textOf(entry[shape.key.locationName ?? 'key']),
            readXml(shape.item, entry[shape.item.locationName ?? 'value']),
          ]),
      );
    }
    default:
      return readScalar(shape, textOf(node));
  }
}

function readMembers(shape: Shape, node: any): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of shape.members) {
    if (member.location) continue;
    const at = elementName(name, member);
    const found = typeof node === 'object' ? node[member.xmlAttribute ? `@${at}` : at] : undefined;
    const read = readXml(member, found);
    if (read !== undefined) result[name] = read;
  }
  return result;
}

/** Returns the elements of a list; undefined where there are none. */
function itemsOf(shape: Shape, node: any): unknown {
  if (shape.flattened) return node;
  return typeof node === 'object' ? (node[shape.item.locationName ?? 'member'] ?? node.member) : undefined;
}

const textOf = (node: any): string =>
  String(typeof node === 'object' && node !== null ? (node['#text'] ?? '') : node);

/** Returns the name of a member's element; a flattened list repeats it. */
const elementName = (name: string, member: Shape): string =>
  member.locationName ??
  (member.type === 'list' && member.flattened ? member.item.locationName : undefined) ??
  name;

/** Writes a value as an element, without members that are undefined. */
export function writeXml(shape: Shape, value: any, name: string): string {
  if (value === undefined || value === null) return '';
  switch (shape.type) {
    case 'structure':
      return writeStructure(shape, value, name);
    case 'list': {
      if (shape.flattened) return value.map((item: unknown) => writeXml(shape.item, item, name)).join('');
      const item = shape.item.locationName ?? 'member';
      return `<${name}>${value.map((entry: unknown) => writeXml(shape.item, entry, item)).join('')}</${name}>`;
    }
    case 'map': {
      const [key, item] = [shape.key.locationName ?? 'key', shape.item.locationName ?? 'value'];
      const entries = Object.entries(value).map(
        ([entryKey, entry]) =>
          `<entry>${writeXml(shape.key, entryKey, key)}${writeXml(shape.item, entry, item)}</entry>`,
      );
      return `<${name}>${entries.join('')}</${name}>`;
    }
    default:
      return `<${name}>${escapeXml(writeScalar(shape, value, 'iso8601'))}</${name}>`;
  }
}

function writeStructure(shape: Shape, value: any, name: string): string {
  let attributes = namespaceOf(shape);
  let content = '';
  for (const [memberName, member] of shape.members) {
    const found = value[memberName];
    if (found === undefined || found === null || member.location) continue;
    if (member.xmlAttribute)
      attributes += ` ${member.locationName ?? memberName}="${escapeXml(String(found))}"`;
    else content += writeXml(member, found, elementName(memberName, member));
  }
  return `<${name}${attributes}>${content}</${name}>`;
}

function namespaceOf({ xmlNamespace }: Shape): string {
  if (typeof xmlNamespace !== 'object') return '';
  return ` xmlns${xmlNamespace.prefix ? `:${xmlNamespace.prefix}` : ''}="${xmlNamespace.uri}"`;
}

/** Escapes a text as XML character data. */
export const escapeXml = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');
