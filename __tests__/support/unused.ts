/**
 * Stands in for what packages load and nobody here uses: zod's fifty languages, and the archiver with which cdktf packs
 * folders. Loading them takes time at the start of each file of tests.
 */
export {};
