import type { FindTexts } from '../../../handlers/mail-domain/texts';

/** A small DNS: texts by name. A name whose text is an error cannot be read. */
export const textsIn =
  (texts: Readonly<Record<string, readonly string[] | Error | undefined>>): FindTexts =>
  async (name) => {
    const values = texts[name] ?? [];
    if (values instanceof Error) throw values;
    return values;
  };
