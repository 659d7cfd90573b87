import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lockedPackages } from './built-from';

/**
 * Name of the file, next to each bundle and in the function's zip, that lists the bundled packages and their licences.
 */
export const THIRD_PARTY_FILE = 'THIRD-PARTY.txt';

const LICENCE_FILES = /^(licen[cs]e|copying|notice)(\.|$)/i;
const RULE = '-'.repeat(80);

/**
 * Lists the bundled packages with the texts that their licences require to be distributed. Each text is printed once,
 * since most packages share one.
 * @param folders of packages in the bundle, as the lock file names them
 * @param legalComments that esbuild extracted from the code
 */
export function thirdPartyText(root: string, folders: readonly string[], legalComments: string): string {
  const locked = lockedPackages(root);
  const titlesByText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { version = '', license = 'unknown' } = locked[folder] ?? {};
    const title = `${folder.replace(/^.*node_modules\//, '')} ${version} (${license})`;
    const texts = licenceTexts(path.join(root, folder));
    const without = `Without a text of its own: https://spdx.org/licenses/${license}.html`;
    for (const text of texts.length > 0 ? texts : [without]) {
      titlesByText.set(text, [...(titlesByText.get(text) ?? []), title]);
    }
  }
  const sections = [...titlesByText].map(([text, titles]) => `${titles.join('\n')}\n\n${text}`);
  const comments = legalComments.trim() === '' ? [] : [`Comments in the sources\n\n${legalComments.trim()}`];
  return `The following packages are bundled.\n\n${RULE}\n${[...sections, ...comments].join(`\n\n${RULE}\n`)}\n`;
}

const licenceTexts = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => LICENCE_FILES.test(name))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
