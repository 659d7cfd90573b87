/** Stands in for cdktf's, which takes a stack at each token: Jest maps every frame of it, a third of a synthesis. */
export const captureStackTrace = (): string[] => [];
