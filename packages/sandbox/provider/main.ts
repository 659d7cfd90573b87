import path from 'node:path';
import { readCertificate, serveLaunched } from './launched';

/** The plugin's program. `prepareMirror` bundles it, and lays its certificate beside the bundle. */
serveLaunched(process.env, readCertificate(path.dirname(process.argv[1]!)));
