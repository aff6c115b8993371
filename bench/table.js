// What was measured: rows of named figures, printed at the end and written as JSON.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

export class Table {
  rows = []

  /** @param figures by what they say, units included; each a number or text */
  add (section, name, figures) {
    this.rows.push({ section, name, figures })
    const said = Object.entries(figures).map(([what, figure]) => `${what} ${shown(figure)}`).join(', ')
    console.error(`${section}: ${name}: ${said}`)
  }

  print () {
    const { machine, node, date } = about()
    console.log(`${machine}, Node ${node}, ${date}`)
    for (const section of new Set(this.rows.map((row) => row.section))) this.#printSection(section)
  }

  #printSection (section) {
    const rows = this.rows.filter((row) => row.section === section)
    const columns = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))]
    console.log(`\n| ${[section, ...columns].join(' | ')} |\n|${'---|'.repeat(columns.length + 1)}`)
    for (const { name, figures } of rows) {
      console.log(`| ${[name, ...columns.map((column) => shown(figures[column] ?? ''))].join(' | ')} |`)
    }
  }

  write (file) {
    writeFileSync(file, JSON.stringify({ ...about(), rows: this.rows }, undefined, 2) + '\n')
  }
}

function shown (figure) {
  if (typeof figure !== 'number') return figure
  return figure >= 100 ? figure.toFixed(0) : figure >= 10 ? figure.toFixed(1) : figure.toFixed(2)
}

function about () {
  const [{ model }] = cpus()
  return {
    machine: `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0].toFixed(1)}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  }
}
