import type { DomainList } from '../../list/domain-list';
import type { AppliedState } from '../engine/applied-state';
import type { Action, Workspace } from '../engine/workspace';
import type { Unlisted } from '../facts/unlisted';
import type { SesPace } from '../pace/ses-pace';
import type { Cli } from '../world/cli';

/** One run of a deploy, diff or destroy. */
export interface Deployment {
  readonly cli: Cli;
  readonly workspace: Workspace;
  /** States of the stacks before anything is done. */
  readonly states: ReadonlyMap<string, AppliedState>;
  /** What is deployed and no longer in the list, as far as this run needs it. */
  readonly unlisted: Unlisted;
  readonly pace: SesPace;
  /** Whether an entry that has not changed is left out. */
  readonly passesOver: boolean;
  /** Control stacks that an entry needs and that nobody has named: one that is as it was applied is not planned. */
  readonly unnamedControls: readonly string[];
  readonly list: DomainList;
  readonly action: Action;
  /** How many stacks run at once. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** How long to wait for SES in all; 0: each entry is asked about once. */
  readonly waitSeconds: number;
  /** Whether plans, and what becomes of each resource, are printed. */
  readonly verbose: boolean;
  /** Asks the person at the terminal. Absent without a terminal or with `--yes`: the reviewed list is the approval then. */
  readonly approve?: (stacks: readonly string[]) => Promise<boolean>;
}
