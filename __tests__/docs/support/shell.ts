/** What ends one command of a shell's line and begins the next. */
const SEPARATOR = /^(?:&&|\|\||[|;])$/;
const REDIRECTION = /^\d?[<>]/;

/**
 * The commands of a shell's lines, each as its words; for commands as they stand in the documentation: quotes,
 * `$(…)`, pipes, redirections, comments, continued lines.
 */
export function commandsIn(script: string): string[][] {
  const lines = script.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const inner = [...line.matchAll(/\$\(([^()]*)\)/g)].flatMap(([, text]) => commandsIn(text!));
    return [...inner, ...commandsOfWords(wordsOf(line.replaceAll(/\$\([^()]*\)/g, 'SUBSTITUTED')))];
  });
}

function commandsOfWords(words: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  let skips = false;
  for (const word of words) {
    if (word.startsWith('#')) break;
    if (SEPARATOR.test(word)) commands.push([]);
    else if (skips) skips = false;
    else if (REDIRECTION.test(word)) skips = /[<>]$/.test(word);
    else commands.at(-1)!.push(word);
  }
  return commands.filter((command) => command.length > 0 && !/^\w+=/.test(command[0]!));
}

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
