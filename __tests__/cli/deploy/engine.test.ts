import { EngineReader } from '../../../cli/deploy/engine';

const read = (...lines: (string | object)[]) => {
  const shown: string[] = [];
  const reader = new EngineReader((line) => shown.push(line));
  for (const line of lines)
    reader.read(
      typeof line === 'string' ? line : JSON.stringify({ '@level': 'info', '@message': '', ...line }),
    );
  return { shown, end: reader.end(0) };
};

describe("an engine's lines", () => {
  test('are shown as they come where they say what becomes of a resource', () => {
    const { shown, end } = read(
      'Initializing the backend...',
      { '@message': 'Terraform 1.11.4', type: 'version' },
      { '@message': 'a.x: Drift detected (update)', type: 'resource_drift' },
      { '@message': 'a.x: Creation complete after 0s', type: 'apply_complete' },
    );
    expect(shown).toEqual(['a.x: Creation complete after 0s']);
    expect(end.output.split('\n')).toHaveLength(4);
  });

  test('hold what is planned, how much, and the outputs', () => {
    const { end } = read(
      { type: 'planned_change', change: { resource: { addr: 'a.x' }, action: 'delete' } },
      { type: 'change_summary', changes: { add: 1, change: 2, remove: 3, operation: 'plan' } },
      { type: 'outputs', outputs: { verified: { sensitive: false, type: 'bool', value: false } } },
    );
    expect(end).toMatchObject({
      changes: [{ address: 'a.x', action: 'delete' }],
      counts: { add: 1, change: 2, remove: 3 },
      outputs: { verified: false },
    });
  });

  test('give an error with its detail, and no warning', () => {
    const diagnostic = (severity: string) => ({
      '@message': 'Error: No',
      type: 'diagnostic',
      diagnostic: { severity, summary: 'No', detail: 'Because.' },
    });
    const { end } = read(diagnostic('warning'), diagnostic('error'));
    expect(end.errors).toEqual([{ severity: 'error', summary: 'No', detail: 'Because.' }]);
    expect(end.output).toContain('Error: No\n\nBecause.');
  });

  test('are printed as they are if an event is incomplete', () => {
    expect(read('{"@level":"info","@mess').end.output).toBe('{"@level":"info","@mess');
  });
});
