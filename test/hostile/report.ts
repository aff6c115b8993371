// What is printed: every kind of failure once, with the smallest case that shows it, and the sum at the end.
import { inWords, type Case } from './cases.js'
import { signatureOf, type Failure } from './player.js'

export class Report {
  readonly #seen = new Map<string, number>()
  #passed = 0
  #failed = 0

  pass (): void {
    this.#passed++
  }

  /** Counts it; says whether one like it was seen before. */
  fail (failures: readonly Failure[]): Failure | undefined {
    this.#failed++
    let fresh: Failure | undefined
    for (const failure of failures) {
      const signature = signatureOf(failure)
      const times = this.#seen.get(signature) ?? 0
      if (times === 0) fresh ??= failure
      this.#seen.set(signature, times + 1)
    }
    return fresh
  }

  show (failure: Failure, where: string, shown?: Case): void {
    console.log(`\nnot ok - ${failure.kind}: ${failure.what.slice(0, 600)}\n  ${where}`)
    if (shown === undefined) return
    for (const line of inWords(shown)) console.log(`  ${line}`)
    const printed = JSON.stringify(shown)
    if (printed.length < 8_000) console.log(`  npm run fuzz -- --replay '${printed.replaceAll("'", "'\\''")}'`)
  }

  /** @returns the exit code */
  end (): number {
    const often = [...this.#seen].filter(([, times]) => times > 1)
    if (often.length > 0) console.log(`\nseen more than once:\n${often.map(([signature, times]) => `  ${times} × ${signature}`).join('\n')}`)
    console.log(`\nfuzz: ${this.#passed} passed, ${this.#failed} failed`)
    return this.#failed === 0 ? 0 : 1
  }
}
