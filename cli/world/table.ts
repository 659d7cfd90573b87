import Table from 'cli-table3';

const PARTS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((part) => [part, `${part}-mid`]);
/** Formats a table without lines, since people copy its cells. */
const NO_LINES = Object.fromEntries(
  [...PARTS, 'top-left', 'top-right', 'bottom-left', 'bottom-right', 'middle'].map((part) => [part, '']),
);

/** Aligns columns, two spaces apart. Cells may hold colours. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  drawn.push(...rows.map((cells) => [...cells]));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
