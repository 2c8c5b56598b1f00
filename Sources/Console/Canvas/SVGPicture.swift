/// A canvas as a picture: a cell of eight by seventeen, in the colours of a theme.
enum SVGPicture {
    private static let cell = (width: 8.4, height: 17.0)
    /// What stands for the terminal's own colours in themes that have none.
    private static let dark: (text: UInt32, surface: UInt32) = (0xD6D9E0, 0x14161B)

    static func text(_ canvas: Canvas, theme: Theme) -> String {
        let (columns, rows) = (Double(canvas.size.columns), Double(canvas.size.rows))
        let (width, height) = (columns * self.cell.width + 16, rows * self.cell.height + 16)
        let surface = theme.colours[.surface]?.hex ?? self.dark.surface
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(self.short(width))\" "
                + "height=\"\(self.short(height))\" viewBox=\"0 0 \(self.short(width)) \(self.short(height))\">",
            "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"\(self.hex(surface))\"/>",
            "<g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK JP', monospace\" "
                + "font-size=\"14\" xml:space=\"preserve\">",
        ]
        for row in 0..<canvas.size.rows { lines += self.row(row, canvas, theme) }
        return (lines + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
    }

    private struct Run {
        let column: Int
        var columns: Int
        var text: String
        let role: Role
    }

    private static func row(_ row: Int, _ canvas: Canvas, _ theme: Theme) -> [String] {
        var runs: [Run] = []
        for (column, cell) in canvas.row(row).enumerated() where cell.width > 0 {
            let isWide = cell.width == 2
            // A wide character begins a run, so that what follows stands in its column whatever the font.
            if !isWide, let last = runs.last, last.role == cell.role, !last.text.isEmpty,
                last.columns > 0,
                column == last.column + last.columns, last.columns == last.text.count
            {
                runs[runs.count - 1].columns += 1
                runs[runs.count - 1].text += cell.text
            } else {
                runs.append(Run(column: column, columns: Int(cell.width), text: cell.text, role: cell.role))
            }
        }
        return runs.flatMap { self.draw($0, row, theme) }
    }

    private static func draw(_ run: Run, _ row: Int, _ theme: Theme) -> [String] {
        let style = theme.style(of: run.role)
        var front =
            style.foreground.flatMap { theme.colours[$0]?.hex } ?? theme.colours[.text]?.hex
            ?? self.dark.text
        var back = style.background.flatMap { theme.colours[$0]?.hex }
        if style.isReversed {
            (front, back) = (back ?? theme.colours[.surface]?.hex ?? self.dark.surface, front)
        }
        let x = self.short(8 + Double(run.column) * self.cell.width)
        let top = 8 + Double(row) * self.cell.height
        let width = self.short(Double(run.columns) * self.cell.width)
        var lines: [String] = []
        if let back {
            lines.append(
                "<rect x=\"\(x)\" y=\"\(self.short(top))\" width=\"\(width)\" "
                    + "height=\"\(self.short(self.cell.height))\" fill=\"\(self.hex(back))\"/>"
            )
        }
        guard run.text.contains(where: { $0 != " " }) else { return lines }
        let weight = style.isBold ? " font-weight=\"bold\"" : ""
        let line = style.isUnderlined ? " text-decoration=\"underline\"" : ""
        lines.append(
            "<text x=\"\(x)\" y=\"\(self.short(top + 13))\" textLength=\"\(width)\" "
                + "lengthAdjust=\"spacingAndGlyphs\" fill=\"\(self.hex(front))\"\(weight)\(line)>"
                + "\(self.escaped(run.text))</text>"
        )
        return lines
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func hex(_ colour: UInt32) -> String {
        let digits = String(colour & 0xFF_FFFF, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private static func short(_ value: Double) -> String { Figures.decimal(value, 1) }
}
