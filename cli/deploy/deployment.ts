import { controlStackId, type DomainList, isControlStack, regionsOf } from '../../list/domain-list';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';
import type { Action } from './hints';
import { afterApply, afterPlan, type Context, exitCodeOf, notBegun, type Outcome, refused } from './outcome';
import { openRefusal } from './plan-refusals';
import { type RunAllOptions, runAll } from './run-all';
import type { Workspace } from './workspace';

export interface DeploymentOptions extends RunAllOptions {
  readonly action: Action;
  /** Absent where nobody can be asked: the reviewed list is the approval then. */
  readonly approve?: (stacks: readonly string[]) => Promise<boolean>;
  /** Names of the armed reverts of a schedule group. */
  armed(group: string, region: string): Promise<readonly string[]>;
}

const isNotEnded = (outcome: Outcome): boolean => exitCodeOf(outcome) !== EXIT.ok;

/** Runs one command on the stacks that it was given. */
export class Deployment {
  constructor(
    private readonly workspace: Workspace,
    private readonly list: DomainList,
    private readonly options: DeploymentOptions,
  ) {}

  /** Control stacks before the entries that need them; in a destroy after them. */
  async run(stacks: readonly string[]): Promise<Outcome[]> {
    const controls = stacks.filter(isControlStack);
    const entries = stacks.filter((stack) => !isControlStack(stack));
    try {
      if (this.options.action === 'destroy') {
        const destroyed = await this.phase(entries);
        const left = destroyed.filter(isNotEnded).map(({ stack }) => `${stack} is still there and needs it`);
        return [
          ...destroyed,
          ...(left[0] === undefined
            ? await this.phase(controls)
            : controls.map((stack) => notBegun(stack, left[0]!))),
        ];
      }
      const made = await this.phase(controls);
      const lost = new Map(made.filter(isNotEnded).map((outcome) => [outcome.stack, outcome]));
      const controlOf = new Map(
        this.list.domains.map(({ stack, region }) => [stack, controlStackId(region)]),
      );
      // A diff changes nothing that an entry could need.
      const missing = (stack: string) =>
        this.options.action === 'diff' ? undefined : lost.get(controlOf.get(stack)!);
      return [
        ...made,
        ...entries.flatMap((stack) => {
          const control = missing(stack);
          return control ? [notBegun(stack, `${control.stack} was not deployed`, control)] : [];
        }),
        ...(await this.phase(entries.filter((stack) => !missing(stack)))),
      ];
    } finally {
      for (const stack of stacks) this.workspace.removePlan(stack);
    }
  }

  private async phase(stacks: readonly string[]): Promise<Outcome[]> {
    if (stacks.length === 0) return [];
    const { action, approve } = this.options;
    if (action !== 'diff' && approve === undefined)
      return runAll(
        stacks,
        async (stack, onLine) => {
          const planned = await this.plan(stack, onLine);
          return planned.ended === 'planned' ? this.apply(stack, onLine) : planned;
        },
        this.options,
      );
    const planned = await runAll(stacks, (stack) => this.planAndShow(stack), this.options);
    const ready = planned.filter(({ ended }) => ended === 'planned').map(({ stack }) => stack);
    if (action === 'diff' || ready.length === 0) return planned;
    const rest = planned.filter(({ ended }) => ended !== 'planned');
    // What was shown is what is applied.
    if (await approve!(ready))
      return [...rest, ...(await runAll(ready, (stack, onLine) => this.apply(stack, onLine), this.options))];
    return [...rest, ...ready.map((stack) => notBegun(stack, 'not approved; nothing was changed'))];
  }

  private async plan(stack: string, onLine?: (line: string) => void): Promise<Outcome> {
    const { action } = this.options;
    const end = await this.workspace.plan(stack, action === 'destroy', onLine).catch(startFailure);
    const planned = afterPlan(stack, end, this.context);
    if (action !== 'destroy' || planned.ended !== 'planned' || !isControlStack(stack)) return planned;
    try {
      const armed = await this.armedIn(stack);
      return armed.length === 0 ? planned : refused(stack, [openRefusal(armed)]);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return refused(stack, [{ code: error.code, message: `${error.message} Nothing was destroyed.` }]);
    }
  }

  private async planAndShow(stack: string): Promise<Outcome> {
    const planned = await this.plan(stack);
    if (planned.ended === 'planned')
      this.options.write(`\n${stack}\n${await this.workspace.show(stack)}\n\n`);
    return planned;
  }

  private async apply(stack: string, onLine?: (line: string) => void): Promise<Outcome> {
    const end = await this.workspace.apply(stack, onLine).catch(startFailure);
    return afterApply(stack, end, this.context);
  }

  /** Asks for the group that the stack has, whatever the list calls it by now. */
  private async armedIn(stack: string): Promise<readonly string[]> {
    const { resource_changes: changes = [] } = await this.workspace.planned(stack);
    const group = changes.find(({ type }) => type === 'aws_scheduler_schedule_group')?.change.before?.name;
    const region = regionsOf(this.list).find((each) => controlStackId(each) === stack)!;
    return typeof group === 'string' ? this.options.armed(group, region) : [];
  }

  private get context(): Context {
    const { topics = {} } = this.list.control;
    return {
      action: this.options.action,
      isInterrupted: this.workspace.isInterrupted,
      hasTopics: Object.keys(topics).length > 0,
    };
  }
}

const startFailure = (error: Error) => ({
  exitCode: 1,
  output: `Error: ${error.message}`,
  changes: [],
  outputs: {},
});
