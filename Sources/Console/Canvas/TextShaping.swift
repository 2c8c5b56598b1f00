import CNcurses

/// Turns any text into cells; nothing else may write text to a canvas.
///
/// Names in certificates come from strangers, who may put into them what moves the cursor, turns the
/// writing direction or cannot be seen. What reaches the terminal from here is printable, has the width
/// that we and curses agree on, and shows what was replaced.
enum TextShaping {
    /// Text as cells, and whether anything in it had to be replaced.
    struct Shaped: Hashable, Sendable {
        var cells: [Cell] = []
        /// It held something invisible or harmful.
        var isUnsafe = false
        /// The text went on after the limit.
        var isCut = false
    }

    /// Which end survives when there is not enough room.
    enum Keep: Hashable, Sendable {
        /// Of subjects, which begin with the name.
        case start
        /// Of host names, which end with the domain.
        case end
    }

    /// Clusters that are looked at, at most: a name may have 64 KiB, a row never has more than this.
    private static let clusterLimit = 2_048

    /// Marks kept on one base; more would paint over neighbouring rows.
    private static let markLimit = 3

    /// All of the text, up to a limit of cells.
    static func shape(_ text: some StringProtocol, role: Role, glyphs: Glyphs, limit: Int) -> Shaped {
        var shaped = Shaped()
        var clusters = 0
        for cluster in text {
            clusters += 1
            guard clusters <= self.clusterLimit else {
                shaped.isCut = true
                break
            }
            let start = shaped.cells.count
            self.append(cluster, role: role, glyphs: glyphs, to: &shaped)
            if shaped.cells.count > limit {
                shaped.cells.removeSubrange(start...)
                shaped.isCut = true
                break
            }
        }
        return shaped
    }

    /// The text in at most `width` cells, cut with `…` or `~`; never inside a cluster.
    static func fit(
        _ text: some StringProtocol,
        width: Int,
        role: Role,
        glyphs: Glyphs,
        keep: Keep = .start
    ) -> Shaped {
        guard width > 0 else { return Shaped() }
        let whole = self.shape(text, role: role, glyphs: glyphs, limit: width)
        guard whole.isCut else { return whole }
        let mark = Cell(glyphs.cut.unicodeScalars.first?.value ?? 0x7E, role: role)
        switch keep {
        case .start:
            var shaped = self.shape(text, role: role, glyphs: glyphs, limit: width - 1)
            shaped.cells.append(mark)
            shaped.isUnsafe = whole.isUnsafe || shaped.isUnsafe
            return shaped
        case .end:
            // At least one cell a cluster: the last `width` clusters are enough to fill the room.
            let tail = self.shape(text.suffix(width), role: role, glyphs: glyphs, limit: .max)
            var cells = Array(tail.cells.suffix(width - 1))
            // A wide character may have lost its left half.
            if cells.first?.width == 0 { cells[0] = .blank(role) }
            return Shaped(cells: [mark] + cells, isUnsafe: whole.isUnsafe || tail.isUnsafe, isCut: true)
        }
    }

    /// The text as it is shown, to be put into a file: with escapes for what is invisible or harmful.
    static func plain(_ text: String) -> String {
        self.shape(text, role: .text, glyphs: .unicode, limit: self.clusterLimit).cells
            .reduce(into: "") { $0 += $1.text }
    }

    /// Columns that the text takes when nothing is cut.
    static func width(_ text: String, glyphs: Glyphs) -> Int {
        self.shape(text, role: .text, glyphs: glyphs, limit: self.clusterLimit).cells.count
    }

    /// Breaks text at spaces, and where there is none at the edge; at most `lines` lines.
    ///
    /// Several spaces in a row stay, because they set things apart; those where a line is broken go.
    static func wrap(_ text: String, width: Int, glyphs: Glyphs, lines: Int = 64) -> [String] {
        guard width > 0 else { return [] }
        var result: [String] = []
        var line = ""
        var used = 0
        var gap = 0
        for word in text.prefix(self.clusterLimit).split(
            separator: " ",
            omittingEmptySubsequences: false
        ) {
            if word.isEmpty {
                gap += 1
                continue
            }
            var rest = word
            guard result.count < lines else { break }
            var size = self.width(String(rest), glyphs: glyphs)
            if used > 0, used + gap + size > width {
                result.append(line)
                (line, used) = ("", 0)
            }
            if size > width {
                var piece = self.head(of: &rest, width: width, glyphs: glyphs)
                while !rest.isEmpty, result.count < lines {
                    result.append(piece.text)
                    piece = self.head(of: &rest, width: width, glyphs: glyphs)
                }
                (rest, size) = (Substring(piece.text), piece.width)
            }
            if used > 0 {
                line += String(repeating: " ", count: gap)
                used += gap
            }
            line += rest
            used += size
            gap = 1
        }
        if used > 0 { result.append(line) }
        return Array(result.prefix(lines))
    }

    /// Takes as many clusters as fit from the front of a word, at least one.
    private static func head(
        of word: inout Substring,
        width: Int,
        glyphs: Glyphs
    ) -> (text: String, width: Int) {
        var piece = ""
        var used = 0
        while let cluster = word.first {
            let step = self.width(String(cluster), glyphs: glyphs)
            if used + step > width, used > 0 { break }
            piece.append(cluster)
            used += step
            word.removeFirst()
        }
        return (piece, used)
    }

    private static func append(
        _ cluster: Character,
        role: Role,
        glyphs: Glyphs,
        to shaped: inout Shaped
    ) {
        var iterator = cluster.unicodeScalars.makeIterator()
        guard let base = iterator.next() else { return }
        if base.isASCII, base.value >= 0x20, base.value != 0x7F {
            var cell = Cell(base.value, role: role)
            self.addMarks(&iterator, to: &cell, glyphs: glyphs, shaped: &shaped)
            shaped.cells.append(cell)
            return
        }
        // A carriage return and a line feed are one cluster.
        if base.value < 0x20 || (0x7F...0x9F).contains(base.value) {
            for scalar in cluster.unicodeScalars {
                self.appendEscape("\\x\(self.hex(scalar.value, digits: 2))", glyphs: glyphs, to: &shaped)
            }
            return
        }
        guard self.isShowable(base), glyphs.isUnicode else {
            for scalar in cluster.unicodeScalars {
                let escape = "<U+\(self.hex(scalar.value, digits: 4).uppercased())>"
                // Outside Unicode terminals an accented letter is not a trick, only not displayable.
                self.appendEscape(escape, glyphs: glyphs, to: &shaped, isUnsafe: !self.isShowable(scalar))
            }
            return
        }
        let columns = cncurses_width(base.value)
        guard columns == 1 || columns == 2 else {
            // A mark without a base, or a character newer than the C library.
            shaped.cells.append(Cell(0xFFFD, role: role))
            return
        }
        var cell = Cell(base.value, width: UInt8(columns), role: role)
        self.addMarks(&iterator, to: &cell, glyphs: glyphs, shaped: &shaped)
        shaped.cells.append(cell)
        if columns == 2 { shaped.cells.append(.rightHalf(role)) }
    }

    /// Keeps non-spacing marks; what terminals disagree about (joined sequences, variation selectors, key
    /// caps, flags, skin tones) is reduced to its first scalar.
    private static func addMarks(
        _ iterator: inout String.UnicodeScalarView.Iterator,
        to cell: inout Cell,
        glyphs: Glyphs,
        shaped: inout Shaped
    ) {
        var count = 0
        while let scalar = iterator.next() {
            guard glyphs.isUnicode, scalar.properties.generalCategory == .nonspacingMark,
                !scalar.properties.isVariationSelector, cncurses_width(scalar.value) == 0
            else {
                shaped.isUnsafe = shaped.isUnsafe || !self.isShowable(scalar)
                continue
            }
            count += 1
            guard count <= self.markLimit else { continue }
            cell.scalars[count] = scalar.value
        }
    }

    private static func appendEscape(
        _ escape: String,
        glyphs: Glyphs,
        to shaped: inout Shaped,
        isUnsafe: Bool = true
    ) {
        shaped.cells += escape.unicodeScalars.map { Cell($0.value, role: .textUnsafe) }
        shaped.isUnsafe = shaped.isUnsafe || isUnsafe
    }

    /// Whether a scalar can be seen, and seen as what it is.
    private static func isShowable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        default:
            !scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isVariationSelector
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
