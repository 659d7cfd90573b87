import type { DomainList } from '../../list/domain-list';
import type { AppliedState } from '../engine/applied-state';
import type { StackAction, Workspace } from '../engine/workspace';
import type { SesPace } from '../pace/ses-pace';
import type { Unlisted } from '../words/unlisted';
import type { Cli } from '../world/cli';

/** One run of a deploy, diff or destroy. */
export interface Deployment {
  readonly cli: Cli;
  readonly workspace: Workspace;
  /** States of the stacks at the beginning. */
  readonly states: ReadonlyMap<string, AppliedState>;
  /** Deployed stacks that are no longer in the list. */
  readonly unlisted: Unlisted;
  readonly pace: SesPace;
  /** Whether unchanged entries are left out. */
  readonly passesOver: boolean;
  /** Control stacks that an entry needs but nobody has named. An unchanged one is not planned. */
  readonly unnamedControls: readonly string[];
  readonly list: DomainList;
  readonly action: StackAction;
  /** Number of stacks that run at once. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Total seconds to wait for SES; with 0, each entry is checked once. */
  readonly waitSeconds: number;
  /** Whether to print the plans and the result of each resource. */
  readonly verbose: boolean;
  /** Asks the person at the terminal. Absent without a terminal or with `--yes`, when the reviewed list is the approval. */
  readonly approve?: (stacks: readonly string[]) => Promise<boolean>;
}
