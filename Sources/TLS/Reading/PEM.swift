import Model

/// Textual encodings of RFC 7468, as far as certificates need them.
enum PEM {
    /// One block of a file.
    ///
    /// Blocks other than certificates are named but not decoded: keys stay text.
    struct Block {
        let label: String
        /// Empty unless this is a certificate.
        let der: [UInt8]
        /// Of the BEGIN line, counted from 1.
        let line: Int
    }

    /// What may stand between blocks.
    enum Surroundings {
        /// Whatever RFC 7468 calls explanatory text.
        case anyText
        /// ALB's bundles: lines that start with `#` and hold no `-`; not even blank lines (`alb-mtls` 1.7).
        case comments
    }

    struct Failure: Error {
        let line: Int
        /// Continues a sentence that begins with the file and the line.
        let problem: String
        let hint: String
    }

    static let certificateLabel = "CERTIFICATE"
    static let revocationListLabel = "X509 CRL"

    /// Reads every block of a file.
    ///
    /// CRLF line ends and a missing last line end are accepted.
    static func blocks(in text: String, between surroundings: Surroundings) throws(Failure) -> [Block] {
        var blocks: [Block] = []
        var open: (label: String, line: Int, body: [UInt8])?
        let lines = self.lines(of: text)
        for (index, line) in lines.enumerated() {
            let number = index + 1
            if let label = self.label(of: line, "-----BEGIN ") {
                if let open { throw self.unfinished(open.label, from: open.line) }
                open = (label, number, [])
            } else if let label = self.label(of: line, "-----END ") {
                guard let block = open, block.label == label else {
                    throw Failure(
                        line: number,
                        problem: "ends a \(label) block that does not begin.",
                        hint: "Export the file again; a BEGIN line is missing."
                    )
                }
                blocks.append(try self.close(block))
                open = nil
            } else if let block = open {
                guard block.label == self.certificateLabel else { continue }
                open?.body.append(contentsOf: line)
            } else if case .comments = surroundings {
                try self.check(comment: line, number: number)
            }
        }
        if let open { throw self.unfinished(open.label, from: open.line) }
        return blocks
    }

    /// A block in 64 columns, LF after every line.
    static func encode(_ der: ArraySlice<UInt8>, label: String = certificateLabel) -> [UInt8] {
        var text: [UInt8] = []
        // 65 characters for 48 bytes, and the two marks.
        text.reserveCapacity(der.count * 65 / 48 + 2 * label.utf8.count + 48)
        text.append(contentsOf: "-----BEGIN \(label)-----\n".utf8)
        Base64.appendLines(of: der, to: &text)
        text.append(contentsOf: "-----END \(label)-----\n".utf8)
        return text
    }

    private static func lines(of text: String) -> [Substring.UTF8View] {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line).utf8
        }
    }

    private static func label(of line: Substring.UTF8View, _ mark: StaticString) -> String? {
        let text = Substring(line)
        guard text.hasPrefix("\(mark)"), text.hasSuffix("-----") else { return nil }
        let label = text.dropFirst(mark.utf8CodeUnitCount).dropLast(5)
        return label.isEmpty ? nil : String(label)
    }

    private static func close(_ block: (label: String, line: Int, body: [UInt8])) throws(Failure) -> Block {
        guard block.label == self.certificateLabel else {
            return Block(label: block.label, der: [], line: block.line)
        }
        guard let der = Base64.decode(block.body), !der.isEmpty else {
            throw Failure(
                line: block.line,
                problem: "begins a certificate that is not base64.",
                hint: "Export the certificate again as PEM."
            )
        }
        return Block(label: block.label, der: der, line: block.line)
    }

    private static func check(comment line: Substring.UTF8View, number: Int) throws(Failure) {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            throw Failure(
                line: number,
                problem: "is blank, which is not allowed in a CA bundle.",
                hint: "Delete the line."
            )
        }
        guard line.first == UInt8(ascii: "#") else {
            throw Failure(
                line: number,
                problem: "is neither part of a certificate nor a comment.",
                hint: "Delete the line, or begin it with #; only PEM certificates and comments are allowed."
            )
        }
        guard !line.contains(UInt8(ascii: "-")) else {
            throw Failure(
                line: number,
                problem: "is a comment that contains a hyphen, which is not allowed in a CA bundle.",
                hint: "Take the hyphen out of the comment."
            )
        }
    }

    private static func unfinished(_ label: String, from line: Int) -> Failure {
        Failure(
            line: line,
            problem: "begins a \(label) block that does not end.",
            hint: "Export the file again; it was cut off or an END line is missing."
        )
    }
}
