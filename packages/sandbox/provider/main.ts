import path from 'node:path';
import { readCertificate, serveLaunched } from './launched';

/** The plugin's program. `prepareMirror` bundles it, and lays its certificate beside the bundle. */
serveLaunched({
  environment: process.env,
  certificate: readCertificate(path.dirname(process.argv[1]!)),
  workingDirectory: process.cwd(),
  print: (line) => process.stdout.write(`${line}\n`),
  exit: (code) => process.exit(code),
});
