/** `tag=value` pairs (RFC 6376 §3.2), or why they are none. */
export type TagList = { readonly tags: ReadonlyMap<string, string> } | { readonly problem: string };

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Folding white space: spaces and tabs, and line breaks that are followed by some. */
const FWS = '(?:[ \\t]|\\r\\n(?=[ \\t]))*';
const TAG_SPEC = new RegExp(`^${FWS}([^= \\t\\r\\n]*)${FWS}=${FWS}([\\s\\S]*?)${FWS}$`);

/** VALCHAR, and white space between them; not the semicolon. */
const VALUE = /^(?:[\x21-\x3a\x3c-\x7e]|[ \t]|\r\n(?=[ \t]))*$/;

const shown = (text: string): string => JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);

/**
 * Reads a tag list as the RFC writes it: names are case-sensitive, a repeated name spoils the whole list, one semicolon
 * may end it. Values keep the white space inside them.
 */
export const readTagList = (text: string): TagList => {
  const specs = text.split(';');
  if (specs.length > 1 && /^[ \t\r\n]*$/.test(specs.at(-1)!)) specs.pop();
  const tags = new Map<string, string>();
  for (const spec of specs) {
    const [, name, value] = TAG_SPEC.exec(spec) ?? [];
    if (name === undefined || value === undefined)
      return { problem: `${shown(spec.trim())} is no tag=value pair` };
    if (!TAG_NAME.test(name)) return { problem: `${shown(name)} is no tag name` };
    if (!VALUE.test(value)) return { problem: `tag ${name}= holds characters that are not allowed` };
    if (tags.has(name)) return { problem: `tag ${name}= stands there twice` };
    tags.set(name, value);
  }
  return { tags };
};
