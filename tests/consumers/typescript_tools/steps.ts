// Runs a journey: the steps of a program that uses an API, each on its own, see steps.py.
export async function live(steps: (() => Promise<void>)[]): Promise<void> {
  let failed = 0;
  for (const step of steps) {
    try {
      await step();
      console.log(`ok ${step.name}`);
    } catch (error) {
      failed += 1;
      console.log(`failed ${step.name}: ${String(error).replace(/\s+/g, " ").slice(0, 400)}`);
    }
  }
  process.exitCode = failed;
}
