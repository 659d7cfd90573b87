import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ZipOptions, zipSync } from 'fflate';
import { HANDLER_MANIFEST, HANDLER_ZIP, sha256 } from '../../constructs/built-handler';
import { type HandlerManifest, handlerStaleness } from './built-from';
import { bundle, writeBuilt } from './bundle';
import { THIRD_PARTY_FILE, thirdPartyText } from './third-party';

const HANDLER_ENTRY = 'handlers/index.ts';
export const HANDLER_BUNDLE = 'dist/handler/index.js';

/** Everything that a zip says of a file beside its bytes, fixed. fflate writes the local time of `mtime`. */
const ZIP_ENTRY: ZipOptions = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 };

/** The function's zip: `index.js`, and the licences of what is in it. Equal code gives equal bytes. */
const zipHandler = (code: Uint8Array, thirdParty: string): Buffer =>
  Buffer.from(
    zipSync({ 'index.js': [code, ZIP_ENTRY], [THIRD_PARTY_FILE]: [Buffer.from(thirdParty), ZIP_ENTRY] }),
  );

/** Builds the function's bundle and zip. Returns whether there was anything to do. */
export async function buildHandler(root: string): Promise<boolean> {
  if (!existsSync(path.join(root, HANDLER_ENTRY))) {
    throw new Error(`${HANDLER_ENTRY} does not exist, so there is no handler to build`);
  }
  if (handlerStaleness(root) === undefined && existsSync(path.join(root, HANDLER_BUNDLE))) return false;
  const { code, inputs, packages, legalComments } = await bundle(
    root,
    HANDLER_ENTRY,
    { minify: true, legalComments: 'external' },
    ['tools/build/handler.ts', 'tools/build/third-party.ts'],
  );
  const zip = zipHandler(code, thirdPartyText(root, packages, legalComments));
  const manifest: HandlerManifest = { ...inputs, bundled: packages, zipSha256Base64: sha256(zip, 'base64') };
  writeBuilt(root, HANDLER_BUNDLE, code);
  writeBuilt(root, HANDLER_ZIP, zip);
  writeBuilt(root, HANDLER_MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  return true;
}
