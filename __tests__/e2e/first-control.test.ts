import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { runEngine } from '../../packages/terraform/engine/run-engine';
import { ListDeployment } from '../support/list-deployment';

const MAKES = /^(Create|Put|Add|Set)/;
/** What cannot be made a second time under its name. */
const MAKES_ONCE = /^(Create|Add)/;

/** The engine marks as tainted what an interrupt has met after its create, and before it was read back. */
describe.each(ENGINES)('a first deploy of a control stack, with $title', ({ engine }) => {
  let deployment: ListDeployment;
  /** Operations of the provider that have made, changed or deleted something, in their order. */
  const done: string[] = [];
  let interrupt: (() => void) | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /**
   * Interrupts at each operation that makes something for the first time, and answers nothing after it.
   * @param isLost whether its own answer is lost as well
   */
  function interruptEachCreate(makes: RegExp, isLost = false): void {
    const { sandbox } = deployment.stage;
    const { call } = sandbox;
    // One call at a time, so that none is answered in between.
    sandbox.call = (...what) => {
      const [, operation] = what;
      const answer = last.then(async () => {
        const answered = await call(...what);
        const isFirst = makes.test(operation) && !done.includes(operation);
        if (MAKES.test(operation) || operation.startsWith('Delete')) done.push(operation);
        if (!isFirst) return answered;
        last = new Promise(() => {});
        interrupt?.();
        return isLost ? last : answered;
      });
      last = answer.catch(() => {});
      return answer;
    };
  }

  const stateFile = () => path.join(deployment.stage.folder, 'state', `${deployment.control}.tfstate`);

  /** Deploys once. @returns how it ended, and the types that were tainted then */
  async function deploy() {
    last = Promise.resolve();
    const { child, ended } = deployment.start('deploy', deployment.control);
    interrupt = () => child.kill('SIGINT');
    const { exitCode, output } = await ended;
    const { resources } = JSON.parse(readFileSync(stateFile(), 'utf8'));
    const tainted: string[] = resources.flatMap(({ type, instances: [one] }: any) =>
      one?.status === 'tainted' ? type : [],
    );
    return { exitCode, output, tainted };
  }

  beforeEach(async () => {
    done.splice(0);
    deployment = await ListDeployment.start(['a.example.com'], engine);
    const topics = { dns: 'create', result: 'create', audit: 'create' };
    deployment.writeList({}, { keyStore: { bucket: deployment.stage.bucket, protect: true }, topics });
  });
  afterEach(() => deployment.close());

  it('continues after an interrupt at each of its creates, and makes and deletes nothing twice', async () => {
    interruptEachCreate(MAKES);
    const tainted: string[] = [];
    const ended: (number | null)[] = [];
    let end: Awaited<ReturnType<typeof deploy>>;
    do {
      end = await deploy();
      ended.push(end.exitCode);
      tainted.push(...end.tainted);
      if (end.tainted.includes('aws_s3_bucket')) {
        last = Promise.resolve();
        const diff = await deployment.run('diff', deployment.control);
        expect(diff.output).toMatch(/A deploy untaints aws_s3_bucket\.Byodkim_/);
        expect(diff.exitCode).toBe(0);
      }
    } while (end.exitCode === 130);
    expect(end.output).toMatch(/1 done/);
    expect(ended).toEqual([...new Set(done)].map(() => 130).concat(0));
    expect(tainted).toEqual(
      expect.arrayContaining(['aws_s3_bucket', 'aws_lambda_function', 'aws_scheduler_schedule_group']),
    );
    expect(done.filter((operation) => operation.startsWith('Delete'))).toEqual([]);
    expect((await deploy()).output).toMatch(/1 unchanged/);
  });

  /**
   * Deploys until it passes, and runs the imports that are printed on the way. @returns the types of the imported
   * resources
   */
  async function importAll(): Promise<string[]> {
    const imported: string[] = [];
    for (let runs = 0; ; runs += 1) {
      // Each create is cut off once, and then exists once.
      expect(runs).toBeLessThan(2 * new Set(done).size + 5);
      const { exitCode, output } = await deploy();
      if (exitCode === 0) return imported;
      const commands = [...output.replaceAll(/\s+/g, ' ').matchAll(/`(import) (\S+) (\S+)`/g)];
      if (exitCode !== 130 && commands.length === 0) throw new Error(output);
      for (const [, ...args] of commands) {
        last = Promise.resolve();
        const cwd = path.join(deployment.stage.outdir, 'stacks', deployment.control);
        const env = deployment.environment;
        expect(await runEngine([...args], { cwd, env, engine })).toMatchObject({ exitCode: 0 });
        imported.push(args[1]!.split('.')[0]!);
      }
    }
  }

  it('continues after its engine was killed, once its empty state is deleted', async () => {
    interruptEachCreate(MAKES);
    const { kill, ended } = deployment.startKillable('deploy', deployment.control);
    interrupt = kill;
    const killed = await ended;
    expect(killed.output).toMatch(/^Error +ENGINE_KILLED$/m);
    expect(killed.exitCode).toBe(1);
    expect(statSync(stateFile()).size).toBe(0);
    expect((await deployment.run('deploy', deployment.control)).output).toMatch(/^Error +STATE_BROKEN$/m);
    rmSync(stateFile());
    await importAll();
    expect((await deploy()).output).toMatch(/1 unchanged/);
  });

  it('continues after each of its creates has lost its answer, with the commands that it prints', async () => {
    interruptEachCreate(MAKES_ONCE, true);
    expect(await importAll()).toEqual(
      expect.arrayContaining(['aws_s3_bucket', 'aws_lambda_function', 'aws_lambda_alias', 'aws_iam_role']),
    );
    expect(done.filter((operation) => operation.startsWith('Delete'))).toEqual([]);
    expect((await deploy()).output).toMatch(/1 unchanged/);
  });
});
