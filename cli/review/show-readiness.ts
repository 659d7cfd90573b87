/** Formats whether a deploy of an entry would pass. */
import { proofWords } from '../../handlers/words/errors';
import { messageAndAdvice, reportOutcome } from '../dns/report';
import type { NextStep } from '../words/format';
import {
  nextWords,
  type Obstacle,
  type Readiness,
  type ReadinessState,
  readinessWords,
} from '../words/readiness';

/** A readiness for scripts: code and facts, with the sentences. */
export type ReadinessAsData = ReadinessState &
  Pick<Readiness, 'exitCode' | 'isPublished'> & {
    /** The state in few words. */
    readonly words: string;
    readonly next: NextStep;
    /** The report and the advice, if there is something to do. */
    readonly report?: string;
  };

/** Returns a readiness for scripts. */
export function readinessAsData(readiness: Readiness): ReadinessAsData {
  const { exitCode, isPublished, next, obstacles, ...state } = readiness;
  return {
    ...state,
    exitCode,
    words: readinessWords(state),
    isPublished,
    next: nextWords(next),
    ...(obstacles.length > 0 && { report: obstacles.map(obstacleReport).join('\n\n') }),
  };
}

function obstacleReport(obstacle: Obstacle): string {
  return reportOf(obstacle).replaceAll('<domain>', obstacle.stack);
}

function reportOf(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'error':
      return messageAndAdvice(obstacle.error);
    case 'record':
      return reportOutcome(obstacle.outcome);
    case 'mail-from':
      return messageAndAdvice({ code: obstacle.outcome.code, ...proofWords(obstacle.outcome) });
  }
}
