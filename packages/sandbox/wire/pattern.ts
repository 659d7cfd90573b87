/**
 * A pattern of the models as a regular expression that has to match the whole text. Models are written for Java:
 * where its words are not JavaScript's, they are put in JavaScript's.
 */
export function toPattern(text: string): RegExp {
  const source = `^(?:${text.replace(/\\p\{(Alnum|Alpha|Digit|ASCII|Graph|Print)\}/g, (_, name: keyof typeof POSIX) => POSIX[name]!)})$`;
  try {
    return new RegExp(source, 'su');
  } catch {
    // Escapes that only the stricter mode refuses: `\-` outside of a class, `[\w-.]`.
    return new RegExp(source, 's');
  }
}

const POSIX: Readonly<Record<string, string>> = {
  Alnum: '[A-Za-z0-9]',
  Alpha: '[A-Za-z]',
  Digit: '[0-9]',
  ASCII: '[\\x00-\\x7F]',
  Graph: '[\\x21-\\x7E]',
  Print: '[\\x20-\\x7E]',
};
