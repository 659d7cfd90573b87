/**
 * `npm run module-repository -- FOLDER`: lays out the repository `terraform-aws-ses-byodkim` as a registry of modules takes it,
 * with the function's code inside, so that its users need neither npm nor a download.
 */
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { layOut } from './lay-out';

const [folder] = process.argv.slice(2);
try {
  if (folder === undefined) throw new Error('Usage: npm run module-repository -- FOLDER');
  layOut(PROJECT_ROOT, folder);
  console.log(`${folder} is laid out. Commit it, and tag it with the version.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
