import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../constructs/built-handler';
import { version } from '../../package.json';
import { releaseFiles } from '../../tools/release';

const MODULES = `terraform-aws-ses-byodkim-${version}.zip`;

describe('a release', () => {
  let folder: string;
  let files: string[];
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-release-'));
    files = releaseFiles(PROJECT_ROOT, folder);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (file: string) => readFileSync(path.join(folder, file));

  it('has the package, the zip of the function, the modules, bills of materials and checksums', () => {
    expect(files).toEqual(
      ['handler.cdx.json', 'handler.zip', 'package.cdx.json', `ses-byodkim-${version}.tgz`, MODULES].concat(
        'SHA256SUMS',
      ),
    );
    expect(files.filter((file) => !existsSync(path.join(folder, file)))).toEqual([]);
  });

  it('has checksums that fit', () => {
    const sums = read('SHA256SUMS').toString().trim().split('\n');
    expect(sums).toEqual(files.slice(0, -1).map((file) => `${sha256(read(file), 'hex')}  ${file}`));
  });

  it('has one zip of the function: beside the others, in the package and in the modules', () => {
    const zip = readFileSync(path.join(PROJECT_ROOT, HANDLER_ZIP));
    expect(read('handler.zip').equals(zip)).toBe(true);
    expect(zip.equals(unzipSync(read(MODULES))['modules/control/handler.zip']!)).toBe(true);
    const packed = execFileSync('tar', ['-xzOf', path.join(folder, files[3]!), 'package/dist/handler.zip'], {
      maxBuffer: 2 ** 26,
    });
    expect(packed.equals(zip)).toBe(true);
  });

  it('has modules whose example finds them', () => {
    const archive = unzipSync(read(MODULES));
    const example = strFromU8(archive['examples/complete/main.tf']!);
    const sources = [...example.matchAll(/source +=\s"(\.\.[^"]+)"/g)].map(([, source = '']) =>
      path.posix.join('examples/complete', source),
    );
    expect(sources).toEqual(['modules/control', 'modules/domain']);
    for (const module of sources) {
      expect(Object.keys(archive)).toEqual(
        expect.arrayContaining(
          ['main.tf', 'outputs.tf', 'own-variables.tf', 'README.md', 'variables.tf', 'versions.tf'].map(
            (file) => `${module}/${file}`,
          ),
        ),
      );
    }
    expect(example).not.toContain('dist/');
  });
});
