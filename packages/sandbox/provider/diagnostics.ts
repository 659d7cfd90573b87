import { AttributeError } from './resource';

/** An error as the engine shows it. */
export interface Diagnostic {
  readonly severity: 1;
  readonly summary: string;
  readonly attribute?: { readonly steps: readonly { readonly attribute_name: string }[] };
}

/** Runs a step of a call; what it throws is for the engine to show. */
export async function attempt<T>(
  step: () => T | Promise<T>,
): Promise<{ value?: T; error?: unknown; diagnostics: Diagnostic[] }> {
  try {
    return { value: await step(), diagnostics: [] };
  } catch (error) {
    return { error, diagnostics: [diagnosticOf(error)] };
  }
}

function diagnosticOf(error: unknown): Diagnostic {
  const summary = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AttributeError)) return { severity: 1, summary };
  return { severity: 1, summary, attribute: { steps: [{ attribute_name: error.attribute }] } };
}
