// Prints the type aliases of a file as JSON, as TypeScript's compiler writes them out.
import ts from "typescript";

const program = ts.createProgram(process.argv.slice(2), {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();
const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
const found = {};
for (const node of program.getSourceFile(process.argv[2]).statements) {
  if (ts.isTypeAliasDeclaration(node)) {
    found[node.name.text] = checker.typeToString(checker.getTypeAtLocation(node.name), undefined, flags);
  }
}
console.log(JSON.stringify(found));
