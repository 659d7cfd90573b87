/**
 * Stands in for what packages load and nobody here uses: zod's fifty languages, and the archiver with which cdktf packs
 * folders. Each takes a tenth of the start of a file of tests.
 */
export {};
