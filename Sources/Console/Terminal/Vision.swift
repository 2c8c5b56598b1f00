/// How an eye sees colours.
///
/// Matrices of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
/// Deficiency" (2009), severity 1, on linear light.
enum Vision: CaseIterable, Sendable {
    case normal, protanopia, deuteranopia, tritanopia

    private var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        case .deuteranopia:
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        case .tritanopia:
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        }
    }

    func seen(_ hex: UInt32) -> OKLab {
        let light = OKLab.linear(hex)
        return OKLab(
            linear: self.matrix.map { row in
                min(1, max(0, zip(row, light).reduce(0) { $0 + $1.0 * $1.1 }))
            }
        )
    }

    /// The ratio of WCAG 2.2, 1 to 21.
    static func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        let luminances = [one, other].map { hex in
            zip([0.2126, 0.7152, 0.0722], OKLab.linear(hex)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return ((luminances.max() ?? 0) + 0.05) / ((luminances.min() ?? 0) + 0.05)
    }
}
