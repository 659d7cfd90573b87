/** Returns the output to stdout during a call. */
export function captured(call: () => void): string[] {
  const chunks: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk));
    return true;
  });
  try {
    call();
  } finally {
    write.mockRestore();
  }
  return chunks;
}
