/// What a cell is about; a theme decides how that looks.
///
/// Raw values are the names that theme files use.
enum Role: String, CaseIterable, Sendable {
    case text
    case textMuted = "text.muted"
    case textStrong = "text.strong"
    /// Something a stranger wrote that is not what it seems: control characters, invisible characters.
    case textUnsafe = "text.unsafe"

    case frame
    case frameFocus = "frame.focus"
    case title
    case titleFocus = "title.focus"
    case tab
    case tabActive = "tab.active"
    case hintKey = "hint.key"
    case hintText = "hint.text"
    case hintDisabled = "hint.disabled"

    case header
    case environmentProduction = "env.prod"
    case environmentStage = "env.stage"
    case environmentDevelopment = "env.dev"
    case lockObserve = "lock.observe"
    case lockArmed = "lock.armed"
    case lockReadOnly = "lock.readonly"
    case linkLive = "link.live"
    case linkSlow = "link.slow"
    case linkGone = "link.gone"

    case tableHeader = "table.header"
    case tableSorted = "table.sorted"
    case selection
    case selectionUnfocused = "selection.unfocused"
    /// Rows chosen for one action.
    case mark

    case stateOk = "state.ok"
    case stateWarn = "state.warn"
    case stateFail = "state.fail"
    case stateTrial = "state.trial"
    case stateOff = "state.off"
    case modeVerify = "mode.verify"
    case modePassthrough = "mode.passthrough"
    case modeOff = "mode.off"

    case logTime = "log.time"
    case logOk = "log.ok"
    case logFail = "log.fail"
    case logReason = "log.reason"
    case logIdentity = "log.identity"
    case logHeld = "log.held"
    case logFollow = "log.follow"

    case diffAdd = "diff.add"
    case diffRemove = "diff.remove"
    case chartMain = "chart.main"
    case chartFail = "chart.fail"
    case bar

    case dialogue
    case dialogueTitle = "dialogue.title"
    case field
    case fieldFocus = "field.focus"
    case fieldError = "field.error"
    case button
    case buttonFocus = "button.focus"

    case toastInfo = "toast.info"
    case toastWarn = "toast.warn"
    case toastError = "toast.error"
    case helpHeading = "help.heading"
    case helpKey = "help.key"

    /// How the role looks where a theme says nothing about it.
    ///
    /// A role without an entry looks like what its name begins with: `state.off` like `text`.
    var defaultStyle: String? {
        switch self {
        case .text: "text"
        case .textMuted, .hintDisabled, .hintText, .tab: "muted"
        case .textStrong, .title: "text bold"
        case .textUnsafe: "warn underline"
        case .frame: "muted"
        case .frameFocus: "accent"
        case .titleFocus: "accent bold"
        case .tabActive: "text on select bold"
        case .hintKey, .helpKey: "accent bold"
        case .header: "text"
        case .environmentProduction: "fail bold reverse"
        case .environmentStage: "warn bold"
        case .environmentDevelopment: "info bold"
        case .lockObserve, .lockReadOnly: "info bold"
        case .lockArmed: "fail bold reverse"
        case .linkLive: "ok"
        case .linkSlow: "warn bold"
        case .linkGone: "fail bold"
        case .tableHeader: "muted bold"
        case .tableSorted: "accent bold"
        case .selection: "text on select bold"
        case .selectionUnfocused: "text on select"
        case .mark: "warn bold"
        case .stateOk: "ok"
        case .stateWarn: "warn"
        case .stateFail: "fail bold"
        case .stateTrial: "trial bold"
        case .stateOff, .modeOff: "muted"
        case .modeVerify: "ok"
        case .modePassthrough: "trial"
        case .logTime: "muted"
        case .logOk: "ok"
        case .logFail: "fail bold"
        case .logReason: "warn"
        case .logIdentity: "text"
        case .logHeld: "warn bold"
        case .logFollow: "ok"
        case .diffAdd: "ok"
        case .diffRemove: "fail"
        case .chartMain: "accent"
        case .chartFail: "fail"
        case .bar: "accent"
        case .dialogue: "text"
        case .dialogueTitle: "accent bold"
        case .field: "text underline"
        case .fieldFocus: "text on select bold"
        case .fieldError: "fail bold"
        case .button: "text"
        case .buttonFocus: "text on select bold reverse"
        case .toastInfo: "info"
        case .toastWarn: "warn bold"
        case .toastError: "fail bold"
        case .helpHeading: "accent bold underline"
        }
    }
}
