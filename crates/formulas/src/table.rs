//! The table.

/// Makes the enum and its TeX from one list.
macro_rules! formulas {
    ($($(#[$doc:meta])* $name:ident = $($symbols:literal)+ $(=> $($numbers:literal)+)?;)*) => {
        /// A formula: what it is in symbols, and its right side with holes for numbers. Where there
        /// is nothing to fill in, the second is empty.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Formula {
            $($(#[$doc])* #[doc = concat!("`", $($symbols),+, "`")] $name,)*
        }

        impl Formula {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name, in the page's texts.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// TeX, in symbols.
            pub fn symbols(self) -> &'static str {
                match self { $(Self::$name => concat!($($symbols),+),)* }
            }

            /// TeX, with holes for numbers.
            pub fn numbers(self) -> &'static str {
                match self { $(Self::$name => concat!($($($numbers),+)?),)* }
            }
        }
    };
}

formulas! {
    /// Nothing but the value.
    Value = "";

    // Shares.
    Share = r"s_j";
    WeightShare = r"\frac{w_j}{\sum w}" => r"\frac{%{w}}{%{sum}}";
    EvenShare = r"\frac{1}{n}" => r"\frac{%{w}}{%{sum}}";
    KeyShare = r"\sum_{k \to j} p_k";
    WeightShareByClass = r"\sum_c p_c \frac{w_j}{\sum_c w}";
    EvenShareByClass = r"\sum_c \frac{p_c}{n_c}";
    Gap = r"\frac{R}{s_j}" => r"\frac{%{gap}}{%{share}}";
    GapOfSent = r"\frac{R}{(1 - p) \cdot s_j}" => r"\frac{%{gap}}{%{sent} \cdot %{share}}";

    // Rings and rounds.
    RingImbalance =
        r"\frac{\mathrm{E}[\max_{j \le n} \Gamma_j(V')]}{V'},\quad \frac{1}{V'} = \frac{1}{V}"
        r" + \frac{n}{m}"
        => r"n = %{n},\quad \frac{1}{V'} = \frac{1}{%{points}} + \frac{%{n}}{%{keys}}:\quad "
           r"\frac{\mathrm{E}[\max_j \Gamma_j]}{V'}";
    OneKey = r"n" => r"m = 1:\; \frac{%{n}}{1}";
    LoadCap = r"\frac{\lceil (1 + \varepsilon) \cdot m/n \rceil}{m/n} \to 1 + \varepsilon"
        => r"\frac{%{percent}}{100}";
    Fullest = r"\mathrm{E}[\max_j k_j]";
    FullestByChance = r"\sum_k P(\max_j k_j > k)"
        => r"m = %{m},\; n = %{n}:\quad \mathrm{E}[\max_j k_j]";
    FullestInTurn = r"\left\lceil \frac{m}{n} \right\rceil"
        => r"\left\lceil \frac{%{m}}{%{n}} \right\rceil";
    FullestByTurns = r"\max_j k_j" => r"\max(%{counts})";

    // The article's, and what holds.
    ArticleRoundRobin = r"T_i = (i - 1) \cdot R + T"
        => r"T_{%{i}} = (%{i} - 1) \cdot %{gap} + %{first}";
    ArticleWeighted = r"T_i = \frac{\sum w}{i \cdot w_i} \cdot R + T,\quad i \le n"
        => r"\frac{%{sum}}{%{i} \cdot %{w}} \cdot %{gap} + %{first}";
    ArticleLeastLoad = r"T_i = \min_j(L_j) \cdot R + T"
        => r"T_{%{i}} = %{least} \cdot %{gap} + %{first}";
    Start = r"B_i = \max(A_i, C_k)" => r"B_{%{i}} = \max(%{arrival}, %{before})";
    StartAtOnce = r"B_i = A_i" => r"B_{%{i}} = A_{%{i}}";

    // Utilisation.
    Utilisation = r"\rho = \frac{\lambda \cdot \mathrm{E}[S]}{\sum_j v_j c_j}"
        => r"\frac{%{rate} \cdot %{size}}{%{capacity}}";
    UtilisationOfKept = r"\rho = \frac{\lambda \cdot (1 - p) \cdot \mathrm{E}[S]}{\sum_j v_j c_j}"
        => r"\frac{%{rate} \cdot %{kept} \cdot %{size}}{%{capacity}}";
    ServerUtilisation = r"\rho_j = \frac{\lambda \cdot s_j \cdot \mathrm{E}[S]}{v_j c_j}"
        => r"\frac{%{rate} \cdot %{share} \cdot %{size}}{%{capacity}}";
    ServerUtilisationOfKept =
        r"\rho_j = \frac{\lambda \cdot s_j \cdot (1 - p_j) \cdot \mathrm{E}[S]}{v_j c_j}"
        => r"\frac{%{rate} \cdot %{share} \cdot %{kept} \cdot %{size}}{%{capacity}}";
    LargestRate = r"\lambda_{\max} = \min_j \frac{v_j c_j}{s_j \cdot \mathrm{E}[S]}"
        => r"\frac{%{capacity}}{%{share} \cdot %{size}}";
    LargestRateOfSent =
        r"\lambda_{\max} = \min_j \frac{v_j c_j}{(1 - p) \cdot s_j \cdot \mathrm{E}[S]}"
        => r"\frac{%{capacity}}{%{sent} \cdot %{share} \cdot %{size}}";
    LargestRateOfDecisions = r"\lambda_{\max} = \frac{1}{d}" => r"\frac{1}{%{d}}";
    /// 1 less what is lost.
    Less = r"1 - p" => r"(1 - %{part})";

    // Response times.
    Response = r"W";
    MM1 = r"W = \frac{1}{\mu - \lambda}" => r"\frac{1}{%{mu} - %{rate}}";
    MG1PS = r"\text{M/G/1-PS}:\quad W = \frac{\mathrm{E}[S]}{1 - \rho}"
        => r"\frac{%{size}}{1 - %{rho}}";
    MMc = r"\text{M/M/c}:\quad W = \mathrm{E}[S] + \frac{C}{c\mu - \lambda}"
        => r"%{size} + \frac{%{chance}}{%{c} \cdot %{mu} - %{rate}}";
    MGcPS = r"\text{M/G/c-PS}:\quad W = \mathrm{E}[S] + \frac{C}{c\mu - \lambda}"
        => r"%{size} + \frac{%{chance}}{%{c} \cdot %{mu} - %{rate}}";
    MGcc = r"\text{M/G/c/c}:\quad W = \mathrm{E}[S]";
    MMcK = r"\text{M/M/c/K}:\quad W = \frac{L}{\lambda \cdot (1 - p_K)}"
        => r"\frac{%{present}}{%{rate} \cdot %{kept}}";
    MG1 =
        r"\text{M/G/1}:\quad W = \mathrm{E}[S] + \frac{\rho}{1 - \rho} \cdot \frac{1"
        r" + C_s^2}{2} \cdot \mathrm{E}[S]"
        => r"%{size} + \frac{%{rho}}{1 - %{rho}} \cdot \frac{1 + %{cv}^2}{2} \cdot %{size}";
    EnM1 =
        r"\mathrm{E}_n\text{/M/1}:\quad W = \frac{1}{\mu \cdot (1 - \sigma)},\quad \sigma"
        r" = \left(\frac{n\rho}{n\rho + 1 - \sigma}\right)^n"
        => r"\frac{1}{%{mu} \cdot (1 - %{sigma})}";
    DM1 =
        r"\text{D/M/1}:\quad W = \frac{1}{\mu \cdot (1 - \sigma)},\quad \sigma"
        r" = e^{-(1 - \sigma)/\rho}"
        => r"\frac{1}{%{mu} \cdot (1 - %{sigma})}";
    GIM1 =
        r"\text{GI/M/1}:\quad W = \frac{1}{\mu \cdot (1 - \sigma)},\quad \sigma = A^*(\mu"
        r" \cdot (1 - \sigma))"
        => r"\frac{1}{%{mu} \cdot (1 - %{sigma})}";
    GGc =
        r"\text{G/G/c}:\quad W \approx \mathrm{E}[S] + \frac{C_a^2 + C_s^2}{2}"
        r" \cdot \frac{C}{c\mu - \lambda}"
        => r"%{size} + %{wait}";
    ResponseOfAll = r"W = \sum_j s_j W_j" => r"%{terms}";
    Present = r"L = \lambda \cdot W" => r"%{rate} \cdot %{response}";
    Waiting = r"L_q = \lambda \cdot W_q" => r"%{rate} \cdot %{wait}";
    Empty = r"p_0";
    LittleSeen = r"L \approx \lambda \cdot W" => r"%{present} \approx %{rate} \cdot %{response}";
    /// A term of a mean over the servers.
    Weighted = r"s_j x_j" => r"%{share} \cdot %{value}";

    // Waits.
    WaitChance = r"P(W_q > 0)";
    WaitChanceMMc = r"P(W_q > 0) = C(c, \lambda/\mu)" => r"C(%{c}, %{load})";
    WaitChanceRenewal = r"P(W_q > 0) = \sigma" => r"\sigma";
    WaitChanceOfAll = r"P(W_q > 0) = \sum_j s_j P_j" => r"%{terms}";
    Wait = r"W_q = W - \mathrm{E}[S]" => r"%{response} - %{size}";
    WaitMMc = r"W_q = \frac{C}{c\mu - \lambda}" => r"\frac{%{chance}}{%{c} \cdot %{mu} - %{rate}}";
    WaitRenewal = r"W_q = \frac{\sigma}{\mu \cdot (1 - \sigma)}" => r"\frac{%{sigma}}{%{leaves}}";
    WaitOfAll = r"W_q = \sum_j s_j W_{q,j}" => r"%{terms}";
    WaitP95 = r"P(W_q > t) = 0.05" => r"t";
    WaitP95MMc = r"t = \frac{\ln(C / 0.05)}{c\mu - \lambda}"
        => r"\frac{\ln(%{chance} / 0.05)}{%{c} \cdot %{mu} - %{rate}}";
    WaitP95Renewal = r"t = \frac{\ln(\sigma / 0.05)}{\mu \cdot (1 - \sigma)}"
        => r"\frac{\ln(%{sigma} / 0.05)}{%{leaves}}";
    ResponseP95 = r"P(T > t) = 0.05" => r"t";
    ResponseP99 = r"P(T > t) = 0.01" => r"t";
    Quantile = r"t = \frac{\ln(1 / p)}{\mu - \lambda}"
        => r"t = \frac{\ln(1 / %{beyond})}{%{mu} - %{rate}}";
    QuantileRenewal = r"t = \frac{\ln(1 / p)}{\mu \cdot (1 - \sigma)}"
        => r"t = \frac{\ln(1 / %{beyond})}{%{leaves}}";
    Loss = r"p_K";
    LossOfAll = r"\sum_j s_j p_{K,j}";
    LossOfSent = r"1 - (1 - p) \cdot \sum_j s_j \cdot (1 - p_{K,j})"
        => r"1 - %{sent} \cdot %{kept}";
    Abandonment = r"P_{\mathrm{Ab}} = \frac{\theta \cdot L_q}{\lambda}"
        => r"\frac{%{theta} \cdot %{waiting}}{%{rate}}";
    AbandonmentWaiting = r"L_q = \sum_{n > c} (n - c) \cdot p_n,\quad"
        r" \frac{p_n}{p_{n-1}} = \frac{\lambda}{\min(n, c) \cdot \mu + \max(n - c, 0) \cdot \theta}";
    LoopRate = r"X = \sum_k p_k \cdot \frac{\min(k, c)}{\mathrm{E}[S]},\quad"
        r" \frac{p_k}{p_{k-1}} = \frac{(N - k + 1) \cdot \mathrm{E}[S]}{\min(k, c) \cdot Z}";
    LoopResponse = r"W = \frac{N}{X} - Z" => r"\frac{%{n}}{%{rate}} - %{pause}";
    LoopRateMost =
        r"X \le \min\left(\frac{\sum_j v_j c_j}{\mathrm{E}[S]}, \frac{N}{\frac{\mathrm{E}[S]}"
        r"{v_{\max}} + Z}\right)"
        => r"\min\left(%{capacity}, \frac{%{n}}{%{size} + %{pause}}\right)";
    LoopResponseLeast =
        r"W \ge \max\left(\frac{\mathrm{E}[S]}{v_{\max}}, \frac{N \cdot \mathrm{E}[S]}"
        r"{\sum_j v_j c_j} - Z\right)"
        => r"\max\left(%{size}, \frac{%{n}}{%{capacity}} - %{pause}\right)";
    RunLength =
        r"\left(\frac{1.96}{\varepsilon}\right)^2 \cdot \frac{2 (1 + \rho)}{\rho\mu (1 - \rho)^2}"
        => r"\left(\frac{1.96}{%{within}}\right)^2 \cdot \frac{2 (1 + %{rho})}{%{rho}"
           r" \cdot %{mu} \cdot (1 - %{rho})^2}";

    // Other strategies.
    IfOneQueue = r"\frac{1}{\mu} + \frac{C}{n\mu - \lambda}"
        => r"%{size} + \frac{%{chance}}{%{n} \cdot %{mu} - %{rate}}";
    IfShortest = r"W_{\mathrm{M/M/n}} \ldots W_{\mathrm{E}_n\mathrm{/M/1}}";
    IfTwoChoices = r"\sum_{i \ge 1} \frac{\rho^{(d^i - d)/(d - 1)}}{\mu}"
        => r"d = %{d},\; \rho = %{rho}:\quad W_d";
    IfDrawnWithReplacement =
        r"\sum_{i \ge 1} \frac{\rho^{2^i - 2}}{\mu} + \frac{\rho}{2 (1 - \rho) n\mu}"
        => r"d = %{d},\; \rho = %{rho}:\quad W_d";
    IfOneDrawn = r"\frac{1}{\mu - \lambda/n}" => r"\frac{1}{%{mu} - %{each}}";
    IfRoundRobin =
        r"\frac{1}{\mu \cdot (1 - \sigma)},\quad \sigma = \left(\frac{n\rho}{n\rho"
        r" + 1 - \sigma}\right)^n"
        => r"\frac{1}{%{mu} \cdot (1 - %{sigma})}";
    IfRandom = r"\sum_j \frac{1}{n} \cdot \frac{1}{\mu_j - \lambda/n}"
        => r"\frac{1}{%{mu} - %{each}}";
    IfShortestJob =
        r"\int_0^\infty \mathrm{E}[T(x)] \cdot f(x) \, dx,\quad \mathrm{E}[T(x)] = x"
        r" + \frac{\lambda \cdot \mathrm{E}[S^2]}{2 (1 - \rho_x)^2}"
        => r"\rho = %{rho},\; \mu = %{mu}:\quad W";
    IfShortestRemaining =
        r"\int_0^\infty \mathrm{E}[T(x)] \cdot f(x) \, dx,\quad \mathrm{E}[T(x)] =\quad "
        r"\frac{\lambda \cdot \left(\int_0^x t^2 f(t) \, dt + x^2 \bar F(x)\right)}"
        r"{2 (1 - \rho_x)^2} + \int_0^x \frac{dt}{1 - \rho_t}"
        => r"\rho = %{rho},\; \mu = %{mu}:\quad W";
    IfProportional = r"\frac{n}{\sum\mu - \lambda}" => r"\frac{%{n}}{%{mu} - %{rate}}";
    IfOptimal =
        r"\frac{1}{\lambda}"
        r" \cdot \left(\frac{(\sum\sqrt{\mu})^2}{\sum\mu - \lambda} - \lvert A \rvert\right)"
        => r"\frac{1}{%{rate}} \cdot \left(\frac{%{roots}^2}{%{mu} - %{rate}} - %{used}\right)";
    OptimalSplit =
        r"\lambda_j = \mu_j - \sqrt{\mu_j} \cdot \frac{\sum\mu - \lambda}{\sum\sqrt{\mu}}"
        => r"%{mu} - %{root} \cdot %{factor}";

    // Rounds: training steps and batches.
    Slowest = r"\max_j t_j";
    LastDone = r"\max_j C_j";
    SlowestOfEqual = r"\max_j \left\lceil \frac{k_j}{c_j} \right\rceil \cdot \frac{p}{v_j}"
        => r"\max(%{terms})";
    SlowestOfRandom =
        r"\mathrm{E}[\max_j t_j] = \int_0^\infty \left(1 - \prod_j F_j(t)\right) \, dt"
        => r"\mathrm{E}[\max(%{terms})]";
    /// What a server has to do: k tasks of one size.
    Term = r"k \cdot \frac{p}{v}" => r"%{k} \cdot \frac{%{size}}{%{speed}}";
    TermInSlots = r"\left\lceil \frac{k}{c} \right\rceil \cdot \frac{p}{v}"
        => r"\left\lceil \frac{%{k}}{%{slots}} \right\rceil \cdot \frac{%{size}}{%{speed}}";
    TermShared = r"\frac{k}{c} \cdot \frac{p}{v}"
        => r"\frac{%{k}}{%{slots}} \cdot \frac{%{size}}{%{speed}}";
    /// The mean over rounds that differ.
    Averaged = r"\frac{\sum x}{n}" => r"\frac{1}{%{n}} \cdot (%{terms})";
    SlowestBounds =
        r"\max_j \mathrm{E}[t_j] \ldots\quad \min_z \left(z + \frac{1}{2}"
        r" \cdot \sum_j \left(a_j + \sqrt{a_j^2 + \sigma_j^2}\right)\right),\quad a_j"
        r" = \mathrm{E}[t_j] - z";
    DrawnBounds =
        r"\max_j \frac{m \cdot s_j \cdot \mathrm{E}[S]}{v_j} \ldots\quad \min_z \left(z"
        r" + \frac{1}{2} \cdot \sum_j \left(a_j + \sqrt{a_j^2"
        r" + \sigma_j^2}\right)\right),\quad a_j = \mathrm{E}[t_j] - z";
    Pulled = r"\frac{\sum p}{\sum v}" => r"%{m} \cdot \frac{%{size}}{%{speed}}";
    PulledBounds =
        r"\frac{\sum p}{\sum v} \ldots\quad \frac{\sum p}{\sum v} + p_{\max}"
        r" \cdot \left(\frac{1}{v_{\min}} - \frac{1}{\sum v}\right)";
    Delayed = r"d + \max_j t_j" => r"%{latency} + %{round}";
    DecidedBounds =
        r"\max\left(d + \max_j t_j, m \cdot d"
        r" + \frac{\mathrm{E}[S]}{v_{\max}}\right) \ldots\quad m \cdot d + \max_j t_j";
    LeastMakespan =
        r"\max\left(\frac{m"
        r" \cdot \mathrm{E}[S]}{\sum_j v_j c_j}, \frac{\mathrm{E}[p_{\max}]}{v_{\max}}\right)"
        => r"\max\left(\frac{%{m}"
           r" \cdot %{size}}{%{capacity}}, \frac{%{largest}}{%{fastest}}\right)";
    SpeedUp = r"\frac{m \cdot \mathrm{E}[S] / v + Z}{\mathrm{E}[\max_j t_j] + Z}"
        => r"\frac{%{work} + %{pause}}{%{step} + %{pause}}";
    Amdahl = r"\frac{1}{(1 - p) + p/n}" => r"\frac{1}{%{serial} + %{parallel} / %{n}}";
    Batching =
        r"\alpha R \cdot \left(1 + \frac{\lambda\alpha}{2}\right) + \frac{\lambda\tau_0}{2}"
        r" \cdot \left(2\alpha + \frac{\tau_0}{B}\right) + \tau_0";
    PullFactor = r"2 - \frac{1}{m}" => r"2 - \frac{1}{%{m}}";

    // Replicas of language models. Steps are filled in in µs.
    /// A number of equal parts.
    Times = r"n \cdot x" => r"%{n} \cdot (%{part})";
    PromptStep = r"a + b x" => r"%{a} + %{b} \cdot %{x}";
    PromptStepFree = r"a + e x^2" => r"%{a} + %{e} \cdot %{x}^2";
    PromptStepBeyond = r"a + b \cdot (x - f) + e x^2"
        => r"%{a} + %{b} \cdot (%{x} - %{free}) + %{e} \cdot %{x}^2";
    DecodingStep = r"a + n \cdot (c + d k)" => r"%{a} + %{n} \cdot (%{c} + %{d} \cdot %{k})";
    DecodingStepBeyond = r"a + n \cdot (c + d k) + b \cdot (n - f)"
        => r"%{a} + %{n} \cdot (%{c} + %{d} \cdot %{k}) + %{b} \cdot (%{n} - %{free})";
    AloneTtft = r"\sum_i t(x_i, 0, 0),\quad \sum_i x_i = p - h,\; x_i \le B"
        => r"10^{-6} \cdot (%{steps})";
    AloneTpot = r"t\left(0, 1, p + \frac{o}{2}\right)" => r"10^{-6} \cdot (%{step})";
    AloneLatency = r"\mathrm{TTFT} + (o - 1) \cdot \mathrm{TPOT}"
        => r"%{ttft} + (%{o} - 1) \cdot %{tpot}";
    Most = r"n = \min(c, n_{\mathrm{KV}})";
    MostBySlots = r"n = c,\quad c \le n_{\mathrm{KV}}" => r"\min(%{slots}, %{kv})";
    MostByKv = r"n = n_{\mathrm{KV}},\quad n_{\mathrm{KV}} < c" => r"\min(%{slots}, %{kv})";
    FullStep = r"t\left(0, n, n \cdot \left(p + \frac{o}{2}\right)\right)"
        => r"10^{-6} \cdot (%{step})";
    FullTpot = r"\bar t = \mathrm{E}[t(x, n, k)]"
        => r"\bar x = %{x},\; \bar n = %{n},\; \bar k = %{k}:\quad \bar t";
    FullTokens = r"\frac{y \cdot o}{\bar t}" => r"\frac{%{x} \cdot %{o}}{%{step}}";
    Saturation = r"\lambda_{\max} = \frac{y}{\bar t}";
    SaturationBySlots = r"\lambda_{\max} = \frac{y}{\bar t},\quad y = \frac{c}{s + o - 1}"
        => r"\frac{1}{%{step}} \cdot \frac{%{slots}}{%{s} + %{o} - 1}";
    SaturationByTokens =
        r"\lambda_{\max} = \frac{y}{\bar t},\quad y = \frac{B}{p - h + o - 1}"
        => r"\frac{1}{%{step}} \cdot \frac{%{budget}}{%{x} + %{o} - 1}";
    SaturationByKv = r"\lambda_{\max} = \frac{y}{\bar t},\quad y = \frac{K}{\sum_i k_i}"
        => r"\frac{1}{%{step}} \cdot \frac{%{tokens}}{%{held}}";
    FleetRate = r"\min_j \frac{\lambda_{\max,j}}{s_j}" => r"\frac{%{rate}}{%{share}}";
    FleetSum = r"\sum_j \lambda_{\max,j}" => r"%{terms}";
    LoadTtft = r"W_r + s \cdot t_p" => r"%{residual} + %{s} \cdot %{step}";
    LoadTpot = r"\bar t = \mathrm{E}[t(x, 1 + \lambda \bar t \cdot (o - 1), k)]"
        => r"\bar x = %{x},\; \bar n = %{n},\; \bar k = %{k}:\quad \bar t";
    LoadRunning = r"R = \lambda \cdot (s \cdot t_p + (o - 1) \cdot \bar t)"
        => r"%{rate} \cdot (%{prompt} + (%{o} - 1) \cdot %{tpot})";
    HitShare =
        r"\frac{h}{p} \cdot \sum_i q_i \cdot (1 - e^{-q_i (m + R)}),\quad \sum_i u"
        r" \cdot (1 - e^{-q_i (m + R)}) + v \cdot m + v' \cdot R = N"
        => r"m = %{m},\; R = %{r}:\quad \frac{%{shared}}{%{prompt}} \cdot %{hits}";
    OracleTtft =
        r"W_r + \left\lceil \frac{p}{B - C} \right\rceil \cdot t_m,\quad W_r"
        r" = \frac{\mathrm{E}[T^2]}{2 \mathrm{E}[T]}"
        => r"%{residual} + %{chunks} \cdot %{mixed}";
    OracleBounds = r"t_p \ldots\quad W_r + t_m,\quad W_r = \frac{\mathrm{E}[T^2]}{2 \mathrm{E}[T]}";
    OracleItl = r"\frac{n_m t_m + n_g t_g}{n_m + n_g}"
        => r"\frac{%{mixed} \cdot %{mixed_s} + %{decoding}"
           r" \cdot %{decoding_s}}{%{mixed} + %{decoding}}";
    OracleMedian = r"t_g = t\left(0, C, C \cdot \left(p + \frac{o}{2}\right)\right)"
        => r"10^{-6} \cdot (%{step})";
}
